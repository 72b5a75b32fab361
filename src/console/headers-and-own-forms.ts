// Response headers of every page, and where forms may come from.

import type { MiddlewareHandler } from 'hono'
import { csrf } from 'hono/csrf'
import { secureHeaders } from 'hono/secure-headers'

export const headers: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: 'DENY',
  referrerPolicy: 'same-origin',
  // Whether the host speaks TLS, and for how long it means to, is the operator's to say.
  strictTransportSecurity: false,
})

/** Pages show people's logins, so nothing keeps them unless a route says otherwise. */
export const noStore: MiddlewareHandler = async (c, next) => {
  await next()
  if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
}

/**
 * No other site's form is taken. Hono's `csrf` is content with one of Origin and Sec-Fetch-Site; here neither may speak
 * against it. Origin is compared by its host, since a proxy may have taken the https away, and with PUBLIC_URL too, since
 * one may have replaced Host.
 */
export function ownForms(publicUrl: string): MiddlewareHandler {
  const publicHost = new URL(publicUrl).host
  return csrf({
    secFetchSite: () => false,
    origin(origin, c) {
      const site = c.req.header('sec-fetch-site')
      if (site !== undefined && site !== 'same-origin') return false
      return URL.canParse(origin) && [new URL(c.req.url).host, publicHost].includes(new URL(origin).host)
    },
  })
}
