// The routes under /v1/admin: services and their keys. They take a key of the installation, and never a request of a page.

import { OpenAPIHono } from '@hono/zod-openapi'
import type { AdminDeps } from '../admin-route-parts.ts'
import { adminAuth, type Services } from '../middleware/auth.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { validationHook } from '../validation.ts'
import { adminKeyRoutes } from './admin-keys.ts'
import { adminServiceRoutes } from './admin-services.ts'

type Deps = Omit<AdminDeps, 'auth'> & { services: Services }

export function adminRoutes({ services, ...parts }: Deps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const deps = { ...parts, auth: adminAuth(services, parts.clock) }
  app.use('/v1/admin/*', noStore)
  adminServiceRoutes(app, deps)
  adminKeyRoutes(app, deps)
  methodNotAllowed(app)
  return app
}
