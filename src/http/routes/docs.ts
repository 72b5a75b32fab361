// The API's description: for programs at /openapi.json, for people at /docs.

import { readFile } from 'node:fs/promises'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { describe } from '../openapi.ts'
import { docsPage } from '../pages/docs.ts'

const css = await readFile(new URL('../pages/docs.css', import.meta.url), 'utf8')

export function docs(publicUrl: string): Hono {
  const app = new Hono()
  const document = describe(publicUrl)
  const page = docsPage(document)

  app.use('/docs', pageHeaders)
  app.use('/docs/*', pageHeaders)
  app.get('/openapi.json', (c) => c.json(document, 200, { 'Access-Control-Allow-Origin': '*' }))
  app.get('/docs', (c) => c.html(page))
  app.get('/docs/docs.css', (c) => c.body(css, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  methodNotAllowed(app)
  return app
}

/** Nothing but its own style sheets and scripts, and no frame around it. */
const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    styleSrc: ["'self'"],
    scriptSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
  },
  xFrameOptions: 'DENY',
  // Whether the host speaks TLS, and for how long it means to, is the operator's to say.
  strictTransportSecurity: false,
})
