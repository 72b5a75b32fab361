import type { Context } from 'hono'

/** Where programs ask: they are told that there is nothing, and follow no redirect. */
const NO_PAGES = /^\/(v1|voice|sms)\//

/** A page's address as people type it, to the page. Relative, since a proxy may have put a prefix before it. */
export function withoutTrailingSlash(c: Context): Response | null {
  const { pathname, search } = new URL(c.req.url)
  const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
  const name = /([^/]+)\/$/.exec(pathname)?.[1]
  return isRead && name !== undefined && !NO_PAGES.test(pathname) ? c.redirect(`../${name}${search}`) : null
}
