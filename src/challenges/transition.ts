// The one way in which anything changes: read, decide, save under the version that was read, and act. Whoever loses the
// race reads again and lets the machine decide again. Nothing else in the house writes a challenge.

import type { Challenge, ChallengeId, Delivery } from '../domain/challenge.ts'
import type { ChallengeEvent, Effect } from '../domain/events.ts'
import { hasActiveCall, secondsUntilCheck, step } from '../domain/state-machine.ts'
import type { ChallengeRecord, LedgerEntry, OutboxMessage } from '../store/types.ts'
import type { Ground } from './challenges.ts'
import { sortableId } from './sortable-id.ts'

/** What to do about a challenge as it stands; `null`: nothing. Asked again after every lost race. */
export type Decide = (stored: ChallengeRecord) => ChallengeEvent | null

export type Acted = {
  stored: ChallengeRecord
  /** Whether this very event changed the challenge. */
  moved: boolean
  /** What the machine wants done. The caller does it, or hands it on. */
  effects: Effect[]
}

export type Act = {
  /** `null`: there is no such challenge. */
  (id: ChallengeId, decide: Decide): Promise<Acted | 'number_busy' | null>
  /** Does what the machine wants while the caller goes on; a crash in between is the sweeper's to mend. */
  background(work: Promise<unknown>): void
  /** When all background work is done. */
  idle(): Promise<void>
}

/** So many lost races in a row mean that something is broken, not that it is busy. */
const TRIES = 100

export function actor({ store, settings, log }: Ground): Act {
  const underWay = new Set<Promise<unknown>>()

  async function save(stored: ChallengeRecord, event: ChallengeEvent): Promise<Acted | 'stale' | 'number_busy'> {
    const { challenge: next, effects } = step(stored.challenge, event, settings.policy)
    if (next === stored.challenge) return { stored, moved: false, effects }
    const saved = await store.challenges.save({
      next,
      entry: entryOf(event),
      outbox: settings.pushes ? announcements(stored, next) : [],
      hasActiveCall: hasActiveCall(next),
      secondsUntilCheck: wakeIn(stored, next),
      inTime: next.outcome?.status === 'approved' && !stored.challenge.outcome,
    })
    if (saved === 'stale' || saved === 'number_busy') return saved
    store.notifier.ring(saved.challenge.id)
    return { stored: saved, moved: true, effects }
  }

  const act = async (id: ChallengeId, decide: Decide): Promise<Acted | 'number_busy' | null> => {
    const effects: Effect[] = []
    for (let tries = 0; tries < TRIES; tries++) {
      const stored = await store.challenges.find(id)
      if (!stored) return null
      const event = stored.expired ? ({ type: 'expired' } as const) : decide(stored)
      if (!event) return { stored, moved: false, effects }
      const acted = await save(stored, event)
      if (acted === 'number_busy') return acted
      if (acted === 'stale') continue
      effects.push(...acted.effects)
      if (!stored.expired) return { ...acted, effects }
    }
    throw new Error(`challenge ${id} changed ${TRIES} times under one event`)
  }

  return Object.assign(act, {
    background(work: Promise<unknown>) {
      const watched = work
        .catch((err: Error) => log.error({ err }, 'background work failed'))
        .finally(() => underWay.delete(watched))
      underWay.add(watched)
    },
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  })
}

/** Seconds until somebody should look. Whoever types meanwhile does not put off the look at a call that nobody hears of. */
function wakeIn({ challenge, deliveryAge }: ChallengeRecord, next: Challenge): number | null {
  const seconds = secondsUntilCheck(next)
  const [was, is] = [challenge.deliveries.at(-1), next.deliveries.at(-1)]
  const stillPlacing = was?.id === is?.id && was?.progress.state === 'placing' && is?.progress.state === 'placing'
  return seconds !== null && stillPlacing ? Math.max(0, seconds - deliveryAge) : seconds
}

/** The ledger says what happened in the machine's words; they hold no digits. */
function entryOf(event: ChallengeEvent): LedgerEntry {
  const { type, ...rest } = event
  const delivery = 'delivery' in event ? event.delivery : 'next' in event && event.next ? event.next.id : null
  const facts = Object.entries(rest).filter(([name]) => name !== 'delivery' && name !== 'next')
  const next =
    'next' in event && event.next
      ? { carrier: event.next.carrier, channel: event.next.channel, next: event.next.id }
      : {}
  return { type, delivery, facts: { ...Object.fromEntries(facts), ...next } }
}

function announcements(before: ChallengeRecord, next: ChallengeRecord['challenge']): OutboxMessage[] {
  const types: string[] = []
  if (next.outcome && !before.challenge.outcome) types.push(`challenge.${next.outcome.status}`)
  const was = new Map(before.challenge.deliveries.map((delivery) => [delivery.id, standing(delivery)]))
  if (next.deliveries.some((delivery) => was.get(delivery.id) !== standing(delivery))) types.push('delivery.updated')
  return types.map((type) => ({ id: `msg_${sortableId()}` as const, type }))
}

/** As the app sees it: how a call on the line is going to end is nobody's business yet. */
function standing({ progress: live, result }: Delivery): string {
  return live.state === 'ended' ? `ended ${result}` : live.state
}
