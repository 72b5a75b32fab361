// What carriers told of calls while the database was away. They have had their answer and tell it once, so it is kept here
// until the database takes it. What is told again is not kept: receipts, and the keys of a person who is asked again.

import type { CarrierEvent } from '../carriers/carrier.ts'
import type { Logger } from '../log/logger.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import { type Clock, sleep, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { ApplyCarrierEvent, HandleCarrierEvent, WebhookTarget } from './carrier-events.ts'

export type EventRetries = {
  /** Applies an event, and keeps it if the database does not answer. */
  handle: HandleCarrierEvent
  /** Applies what is kept, as long as the database answers. What it does not take goes last, lest it hold up the rest. */
  retryAll(): Promise<void>
  /** In a stop: until nothing is left, as long as it may take. */
  drain(): Promise<void>
}

type Deps = { apply: ApplyCarrierEvent; clock: Clock; log: Logger }
type Kept = { target: WebhookTarget; event: CarrierEvent; arrivedAt: number }

/** Some minutes: a failover takes one. */
const KEPT_MS = 5 * 60_000
/** An outage of a minute at ten calls a second leaves some thousands. */
const MOST_KEPT = 5_000
/** From one attempt of a stop to the next. */
const STOP_RETRY_MS = 200

export function createEventRetries({ apply, clock, log }: Deps): EventRetries {
  const kept: Kept[] = []
  let retrying: Promise<void> | null = null

  async function retry(): Promise<void> {
    for (let first = kept[0]; first; first = kept[0]) {
      const { target, event, arrivedAt } = first
      const waited = clock.now() - arrivedAt
      try {
        if (waited < KEPT_MS) await apply(target, event, waited / 1000)
        else log.error({ challenge: target.challenge, type: event.type }, 'carrier event lost in an outage')
      } catch (error) {
        if (error instanceof DatabaseUnavailable) return void kept.push(...kept.splice(0, 1))
        log.error(
          { err: error as Error, challenge: target.challenge, type: event.type },
          'kept carrier event not applied',
        )
      }
      kept.shift()
    }
  }

  function retryAll(): Promise<void> {
    retrying ??= retry().finally(() => {
      retrying = null
    })
    return retrying
  }

  return {
    async handle(target, event) {
      const arrivedAt = clock.now()
      try {
        return await apply(target, event, 0)
      } catch (error) {
        const isKept = error instanceof DatabaseUnavailable && isToldOnce(event) && kept.length < MOST_KEPT
        if (isKept) kept.push({ target, event, arrivedAt })
        throw error
      }
    },
    retryAll,
    async drain() {
      let isOver = false
      const untilNone = async () => {
        while (kept.length > 0 && !isOver) {
          await retryAll()
          if (kept.length > 0) await sleep(clock, STOP_RETRY_MS)
        }
      }
      await withTimeout(clock, DEADLINES.lastLooks, untilNone(), null)
      isOver = true
    },
  }
}

/** That a call rings or was answered is seen by what follows, and a silence is asked about again. */
function isToldOnce(event: CarrierEvent): boolean {
  if (event.type === 'dtmf') return event.digits !== ''
  return event.type === 'ended' || event.type === 'detected' || event.type === 'document_failed'
}
