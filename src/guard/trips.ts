// Which rules stand against what: begun and ended in the database once for all instances, told to the app and the log.

import { nanoid } from 'nanoid'
import type { RuleMode, TrafficRule } from '../domain/traffic-rule.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { GuardTrips, StandingTrip, Trip } from '../store/guard-trips.ts'
import type { Finding } from './traffic-rules.ts'

/** A finding, and what it takes out of its region's counts when it begins. */
export type NewFinding = Finding & { taken?: { key: string; failed: number } }

export type Trips = {
  standing(rule: TrafficRule, key: string): Finding | null
  /** Whether a rule that only records stood against one of them at that time. ISO 8601. */
  hasRecorded(keys: readonly string[], at: string): boolean
  /** Reads what stands. */
  load(): Promise<void>
  /** Begins what does not stand yet. */
  begin(findings: readonly NewFinding[]): Promise<void>
  /** Ends what should not stand any more, by what is counted now. Gives what begins anew, since its time is over. */
  end(should: readonly Finding[]): Promise<string[]>
}

type Deps = {
  store: GuardTrips
  modes: Record<TrafficRule, RuleMode>
  pushes: boolean
  metrics: Pick<Metrics, 'guardDecided'>
  log: Logger
}

/** Milliseconds. What begins to stand is told about once a second, and judged by before. */
const MARGIN_MS = 5_000
/** So long after a rule has ended to stand the deliveries that began under it may end. */
const KEPT_MS = 900_000

export function createTrips({ store, modes, pushes, metrics, log }: Deps): Trips {
  let standing = new Map<string, StandingTrip>()
  /** Those that record, with the time in which they stood by the database's clock; `seen`: by this process's. */
  const recording = new Map<string, { key: string; from: number; to: number; seen: number }>()
  /** Until it has been seen whether another mode is set than when it began. Later the settings may be those of others. */
  let isStarting = true
  const modeOf = (rule: TrafficRule) => (modes[rule] === 'enforce' ? 'enforce' : 'record')
  const nameOf = ({ rule, key }: { rule: TrafficRule; key: string }) => `${rule} ${key}`
  const message = () => (pushes ? (`msg_${nanoid(30)}` as const) : null)

  function tell(trip: Trip, decision: 'began' | 'ended', reason: string): void {
    const { rule, key, mode, until } = trip
    metrics.guardDecided({ rule, decision })
    const [against, why] = [key, reason].map((text) => withLoggedPrefix(text, key))
    const facts = { rule, against, mode, reason: why, ...(decision === 'began' && { until }) }
    if (decision === 'began') log.warn(facts, 'guard rule began')
    else log.info(facts, 'guard rule ended')
  }

  function noteRecording(trips: Iterable<StandingTrip>): void {
    const seen = performance.now()
    for (const { id, key, mode, beganAt, readAt } of trips)
      if (mode === 'record')
        recording.set(id, { key, from: Date.parse(beganAt) - MARGIN_MS, to: Date.parse(readAt) + MARGIN_MS, seen })
    for (const [id, trip] of recording) if (seen - trip.seen > KEPT_MS) recording.delete(id)
  }

  async function begin(findings: readonly NewFinding[]): Promise<void> {
    const missing = findings.filter((one) => modes[one.rule] !== 'off' && !standing.has(nameOf(one)))
    const begun = await store.begin(
      missing.map(({ rule, key, reason, seconds, taken = null }) => {
        const mode = modeOf(rule)
        return { id: `trp_${nanoid(22)}`, rule, key, mode, reason, seconds, message: message(), taken }
      }),
    )
    for (const trip of begun) {
      standing.set(nameOf(trip), { ...trip, over: false, readAt: trip.beganAt })
      tell(trip, 'began', trip.reason)
    }
  }

  async function end(trips: readonly { id: string; reason: string }[]): Promise<Trip[]> {
    const ended = await store.end(trips.map((trip) => ({ ...trip, message: message() })))
    for (const trip of ended) {
      standing.delete(nameOf(trip))
      tell(trip, 'ended', trip.endReason ?? '')
    }
    return ended
  }

  /** What stands in another mode ends, and begins again for the rest of its time: once, when this process has started. */
  async function renew(): Promise<void> {
    const changed = [...standing.values()].filter(
      ({ rule, mode, over }) => !over && modes[rule] !== 'off' && mode !== modeOf(rule),
    )
    const ended = await end(
      changed.map(({ id, rule }) => ({
        id,
        reason: modeOf(rule) === 'enforce' ? 'The rule is enforced now.' : 'The rule only records now.',
      })),
    )
    await begin(
      ended.map(({ rule, key, reason, until, endedAt }) => {
        const seconds = Math.max(0, (Date.parse(until) - Date.parse(endedAt!)) / 1000)
        return { rule, key, reason, seconds }
      }),
    )
    isStarting = false
  }

  return {
    hasRecorded(keys, at) {
      const time = Date.parse(at)
      return [...recording.values()].some(({ key, from, to }) => from <= time && time <= to && keys.includes(key))
    },

    standing(rule, key) {
      const trip = standing.get(nameOf({ rule, key }))
      return trip ? findingOf(trip) : null
    },

    async load() {
      standing = new Map((await store.standing()).map((trip) => [nameOf(trip), trip]))
      noteRecording(standing.values())
      if (isStarting) await renew()
    },

    begin,

    async end(should) {
      const wanted = new Set(should.map(nameOf))
      const finished = [...standing.values()].flatMap((trip) => {
        const reason = endOf(trip, wanted.has(nameOf(trip)), modes[trip.rule])
        return reason === null ? [] : [{ id: trip.id, reason }]
      })
      const ended = await end(finished)
      return ended.filter(isBlockOfRegion).map(({ key }) => key)
    },
  }
}

/** A prefix, which the log would else take out as a number: in groups of at most four digits, and four that are open. */
function withLoggedPrefix(text: string, key: string): string {
  const [, prefix] = /^prefix:(\+\d+)$/.exec(key) ?? []
  return prefix === undefined ? text : text.replaceAll(prefix, `${prefix.match(/\+?\d{1,4}/g)!.join('_')}_xxxx`)
}

/** A block of a region holds for its time, since calls that are refused can't be verified. The others hold while they should. */
function endOf(trip: StandingTrip, isWanted: boolean, mode: RuleMode): string | null {
  if (mode === 'off') return 'The rule is switched off.'
  if (isBlockOfRegion(trip)) return trip.over ? 'Its time is over.' : null
  if (isWanted) return null
  return trip.over ? 'Its time is over.' : 'What it stood against is within bounds again.'
}

function isBlockOfRegion({ rule, key }: Trip): boolean {
  return rule === 'conversion' && key.startsWith('region:')
}

function findingOf({ rule, key, reason, until }: Trip): Finding {
  return { rule, key, reason, until, seconds: 0 }
}
