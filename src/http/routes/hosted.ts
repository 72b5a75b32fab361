// The page of one challenge for apps that build none, and the element that it is made of.

import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Locale } from '../../domain/locale.ts'
import { resolveLocale } from '../../prompts/resolve-locale.ts'
import { browserModule } from '../browser-modules.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { hostedPage } from '../pages/hosted.ts'

const [script, css] = ['hosted.js', 'hosted.css'].map((name) =>
  readFileSync(new URL(`../pages/${name}`, import.meta.url), 'utf8'),
)

const JAVASCRIPT = 'text/javascript; charset=utf-8'

/** `returnOrigins`: where the page may lead when it is done. */
export function hosted(serviceName: string, returnOrigins: readonly string[]): Hono {
  const app = new Hono()
  // A page of any origin may load the element: it holds nothing but what is published.
  app.use('/modules/*', cors({ origin: '*', allowMethods: ['GET', 'HEAD'] }))
  app.get('/modules/*', (c) => {
    const module = browserModule(c.req.path.slice('/modules/'.length))
    if (module === null) return c.notFound()
    return c.body(module, 200, { 'Content-Type': JAVASCRIPT, 'Cache-Control': 'no-cache' })
  })
  // Of their own path: beside `/c/:id` they would keep Hono from its fastest router.
  app.use('/hosted/*', headers)
  app.get('/hosted/hosted.js', (c) => c.body(script!, 200, { 'Content-Type': JAVASCRIPT, 'Cache-Control': 'no-cache' }))
  app.get('/hosted/hosted.css', (c) => c.body(css!, 200, { 'Content-Type': 'text/css; charset=utf-8' }))
  app.use('/c/*', headers)
  app.get('/c/:id{chl_[\\w-]{1,64}}', (c) => {
    const asked = c.req.query('return_url')
    const returnUrl = allowedReturn(asked, returnOrigins)
    const refusedReturn = asked !== undefined && returnUrl === null
    const locale = acceptedLocale(c.req.header('accept-language'))
    c.header('Cache-Control', 'no-store')
    return c.html(
      hostedPage({ name: serviceName, challenge: c.req.param('id'), returnUrl, refusedReturn, locale }),
      refusedReturn ? 400 : 200,
    )
  })
  methodNotAllowed(app)
  return app
}

/** Only an origin of the list, compared as a browser reads it: an open redirect would lend our name to any site. */
function allowedReturn(asked: string | undefined, origins: readonly string[]): string | null {
  const url = asked === undefined ? null : URL.parse(asked)
  // `blob:` of a listed origin has that origin too.
  if (!url || !/^https?:$/.test(url.protocol)) return null
  return url.username === '' && url.password === '' && origins.includes(url.origin) ? url.href : null
}

/** The first of the browser's languages that is spoken here; browsers list them in order of preference. */
function acceptedLocale(header = ''): Locale {
  const tags = header.split(',', 20).map((part) => part.split(';')[0]!.trim())
  return tags.map(resolveLocale).find((locale) => locale !== null) ?? 'en-US'
}

const headers = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    connectSrc: ["'self'"],
    imgSrc: ['data:'],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  strictTransportSecurity: false,
})
