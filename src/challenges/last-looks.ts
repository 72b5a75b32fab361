// In a stop: what is left is looked at again and again, until there is nothing or the time for it is over.

import { type Clock, sleep, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'

/** From one look to the next. */
const PAUSE_MS = 200

export async function lookUntilNone(clock: Clock, isLeft: () => boolean, look: () => Promise<void>): Promise<void> {
  let isOver = false
  const untilNone = async () => {
    while (isLeft() && !isOver) {
      await look()
      if (isLeft()) await sleep(clock, PAUSE_MS)
    }
  }
  await withTimeout(clock, DEADLINES.lastLooks, untilNone(), null)
  isOver = true
}
