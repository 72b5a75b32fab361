// The API's description: for programs at /openapi.json, for people at /docs.

import { readFileSync } from 'node:fs'
import { type Context, Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import type { OpenApiDocument } from '../openapi.ts'
import { docsPage } from '../pages/docs.ts'
import { problemsPage } from '../pages/problems.ts'
import { scalarBundle } from '../scalar-bundle.ts'

const [script, css] = ['docs.js', 'problems.css'].map((name) =>
  readFileSync(new URL(`../pages/${name}`, import.meta.url), 'utf8'),
)

const JAVASCRIPT = 'text/javascript; charset=utf-8'

/** `describe` is called when the description is first asked for: to write it takes a tenth of a start. */
export function docs(describe: () => OpenApiDocument): Hono {
  let document: OpenApiDocument | undefined
  const app = new Hono()
  app.use('/docs', pageHeaders(["'self'", "'unsafe-inline'"]))
  app.use('/docs/*', pageHeaders(["'self'"]))
  app.get('/openapi.json', (c) => {
    document ??= describe()
    return c.json(document, 200, { 'Access-Control-Allow-Origin': '*' })
  })
  app.get('/docs', (c) => c.html(docsPage))
  app.get('/docs/problems', (c) => c.html(problemsPage))
  app.get('/docs/problems.css', (c) => c.body(css!, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.get('/docs/docs.js', (c) => c.body(script!, 200, { 'Content-Type': JAVASCRIPT }))
  app.get('/docs/scalar.js', serveScalar)
  methodNotAllowed(app)
  return app
}

/** Packed once, not at each request. */
async function serveScalar(c: Context): Promise<Response> {
  const { plain, gzipped } = await scalarBundle()
  c.header('Content-Type', JAVASCRIPT)
  c.header('Cache-Control', 'public, max-age=3600')
  c.header('Vary', 'Accept-Encoding')
  if (!/\bgzip\b/.test(c.req.header('Accept-Encoding') ?? '')) return c.body(plain)
  c.header('Content-Encoding', 'gzip')
  return c.body(gzipped)
}

/**
 * Nothing but its own style sheets and scripts, and no frame around it. Scalar writes its styles into the page as it goes,
 * some as attributes, which no nonce or hash covers: its page alone takes inline styles.
 */
function pageHeaders(styleSrc: string[]) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc,
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
}
