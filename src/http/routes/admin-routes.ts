// The routes under /v1/admin: services and their keys. They take a key of the installation, and never a request of a page.

import { OpenAPIHono } from '@hono/zod-openapi'
import type { ManageServices } from '../../services/manage-services.ts'
import type { Clock } from '../../time/clock.ts'
import { adminAuth, type Services } from '../middleware/auth.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import { validationHook } from '../validation.ts'
import { adminKeyRoutes } from './admin-keys.ts'
import { adminServiceRoutes } from './admin-services.ts'

type Deps = { services: Services; manageServices: ManageServices; clock: Clock }

export function adminRoutes({ services, manageServices, clock }: Deps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const deps = { manageServices, auth: adminAuth(services, clock), clock }
  app.use('/v1/admin/*', noStore)
  adminServiceRoutes(app, deps)
  adminKeyRoutes(app, deps)
  methodNotAllowed(app)
  return app
}
