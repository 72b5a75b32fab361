import type { Query } from './database.ts'

/** Tells of each statement how long it took, in seconds, the wait for a connection included. */
export function timedQuery(
  query: Query,
  answered: (statement: { result: 'ok' | 'failed'; seconds: number }) => void,
): Query {
  return (text, params) => {
    const begun = performance.now()
    const answer = query(text, params)
    const note = (result: 'ok' | 'failed') => answered({ result, seconds: (performance.now() - begun) / 1000 })
    answer.then(
      () => note('ok'),
      () => note('failed'),
    )
    return answer as never
  }
}
