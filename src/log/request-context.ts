// The request in whose course a line is logged, also by work that it began and that ends after its answer.

import { AsyncLocalStorage } from 'node:async_hooks'

export const requestContext = new AsyncLocalStorage<{ request: string } | undefined>()

/** For work that serves many requests: it may be begun by one of them, and what it logs is not of that one. */
export function outsideRequest<T>(work: () => T): T {
  return requestContext.run(undefined, work)
}
