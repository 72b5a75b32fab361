import type { Env, Hono } from 'hono'
import { problem } from '../problems.ts'

/** Every path that is known answers a wrong method with 405, and says which would do. Call it after the last route. */
export function methodNotAllowed<E extends Env>(app: Hono<E>): void {
  const routes = Map.groupBy(
    app.routes.filter((route) => route.method !== 'ALL'),
    (route) => route.path,
  )
  for (const [path, known] of routes) {
    const methods = new Set(known.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])))
    const allow = [...methods].join(', ')
    app.all(path, () => problem({ refused: 'method_not_allowed', detail: `Use ${allow}.` }, { Allow: allow }))
  }
}
