// The request in whose course a line is logged, also by work that it began and that ends after its answer.

import { AsyncLocalStorage } from 'node:async_hooks'

export const requestContext = new AsyncLocalStorage<{ request: string }>()
