// What carriers told of calls while the database was away. They have had their answer and tell it once, so it is kept here
// until the database takes it. What is told again is not kept: receipts, and the keys of a person who is asked again.

import type { CarrierEvent } from '../carriers/carrier.ts'
import type { ChallengeId } from '../domain/challenge.ts'
import type { Logger } from '../log/logger.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import type { Clock } from '../time/clock.ts'
import type { ApplyCarrierEvent, HandleCarrierEvent, WebhookTarget } from './carrier-events.ts'
import { lookUntilNone } from './last-looks.ts'

export type EventRetries = {
  /** Applies an event, behind those of its challenge that are kept, and keeps it if the database does not answer. */
  handle: HandleCarrierEvent
  /** Applies what is kept, as long as the database answers. What it does not take goes last, lest it hold up the rest. */
  retryAll(): Promise<void>
  /** In a stop: until nothing is left, as long as it may take. */
  drain(): Promise<void>
}

type Deps = { apply: ApplyCarrierEvent; clock: Clock; log: Logger }
type Kept = { target: WebhookTarget; event: CarrierEvent; arrivedAt: number }

/** Of one challenge, in the order in which they were told: a key decides before our apology has ended the call. */
type Queue = { events: Kept[]; applying: Promise<boolean> | null }

/** Some minutes: a failover takes one. */
const KEPT_MS = 5 * 60_000
/** An outage of a minute at ten calls a second leaves some thousands. */
const MOST_KEPT = 5_000

export function createEventRetries({ apply, clock, log }: Deps): EventRetries {
  const queues = new Map<ChallengeId, Queue>()
  let kept = 0
  let retrying: Promise<void> | null = null

  function keep(one: Kept): void {
    const { challenge } = one.target
    const queue = queues.get(challenge) ?? { events: [], applying: null }
    queue.events.push(one)
    queues.set(challenge, queue)
    kept++
  }

  function lost({ target, event }: Kept): void {
    log.error({ challenge: target.challenge, type: event.type }, 'carrier event lost in an outage')
  }

  /** `false`: the database does not answer. */
  async function applyOne(one: Kept): Promise<boolean> {
    const { target, event, arrivedAt } = one
    const waited = clock.now() - arrivedAt
    try {
      if (waited < KEPT_MS) await apply(target, event, waited / 1000)
      else lost(one)
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return false
      log.error(
        { err: error as Error, challenge: target.challenge, type: event.type },
        'kept carrier event not applied',
      )
    }
    return true
  }

  async function applyInOrder(id: ChallengeId, { events }: Queue): Promise<boolean> {
    for (let first = events[0]; first; first = events[0]) {
      if (!(await applyOne(first))) return false
      events.shift()
      kept--
    }
    queues.delete(id)
    return true
  }

  /** What is kept of one challenge. `false`: the database does not answer. */
  async function applyKept(id: ChallengeId): Promise<boolean> {
    const queue = queues.get(id)
    if (!queue) return true
    queue.applying ??= applyInOrder(id, queue).finally(() => {
      queue.applying = null
    })
    return queue.applying
  }

  async function retry(): Promise<void> {
    for (const id of [...queues.keys()]) {
      if (await applyKept(id)) continue
      const queue = queues.get(id)
      queues.delete(id)
      if (queue) queues.set(id, queue)
      return
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
        if (queues.has(target.challenge) && !(await applyKept(target.challenge)))
          throw new DatabaseUnavailable('What was told of the challenge before is not saved yet.')
        return await apply(target, event, 0)
      } catch (error) {
        const isKept = error instanceof DatabaseUnavailable && isToldOnce(event) && kept < MOST_KEPT
        if (isKept) keep({ target, event, arrivedAt })
        throw error
      }
    },
    retryAll,
    async drain() {
      await lookUntilNone(clock, () => kept > 0, retryAll)
      for (const { events } of queues.values()) for (const one of events) lost(one)
    },
  }
}

/** That a call rings or was answered is seen by what follows, and a silence is asked about again. */
function isToldOnce(event: CarrierEvent): boolean {
  if (event.type === 'dtmf') return event.digits !== ''
  return event.type === 'ended' || event.type === 'detected' || event.type === 'document_failed'
}
