// The statements of an app's request share one deadline, counted from its arrival. After it the app is told that the
// database does not answer, so nothing more is begun for the request.

import { DatabaseUnavailable, NotExecuted } from '../store/database-errors.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'

/**
 * The result of `work`, or DatabaseUnavailable when it has none by the deadline. `arrivedAt`: by `clock`. `isOver` tells
 * work of several statements to stop; `undo` gets a result that came too late.
 */
export async function beforeSaveDeadline<T>(
  clock: Clock,
  arrivedAt: number,
  work: (isOver: () => boolean) => Promise<T>,
  undo: (result: T) => void = () => {},
): Promise<T> {
  const left = () => arrivedAt + DEADLINES.saved - clock.now()
  if (left() <= 0) throw new NotExecuted('The database was too slow for the request.')
  let over = false
  const result = work(() => over)
  const inTime = await withTimeout(clock, left(), result, OVER)
  if (inTime !== OVER) return inTime
  over = true
  void result.then(undo, () => {})
  throw new DatabaseUnavailable('The database was too slow for the request.')
}

const OVER = Symbol('over')
