// Watches what is called, verified and spent, and refuses what looks like fraud or goes beyond the operator's ceilings. What
// concerns one prefix is decided by the statement that starts a delivery (store/prefix-traffic.ts). The rest is decided here,
// by what this instance last read of all instances and what it has started itself since: exact on one instance, and beyond
// by no more than what the others start between two looks.

import type { CarrierName, ChallengeId, E164 } from '../domain/challenge.ts'
import { prefixOf } from '../domain/phone-number.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { PrefixBlock, PrefixQuestion } from '../store/prefix-traffic.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { createDecisions } from './decisions.ts'
import { listKeys } from './number-rules.ts'
import { prefixOutcomeCount } from './prefix-outcomes.ts'
import { createRateDeck } from './rate-deck.ts'
import { createSeenPrices, type SeenPrice } from './seen-prices.ts'
import { spendingCount } from './spending-count.ts'
import { type Begun, carrierKeys, regionKey, serviceKey, type Target, type Way } from './traffic-keys.ts'
import {
  blockFinding,
  budgetSpent,
  ceilingReached,
  type Finding,
  lowConversion,
  prefixBlocked,
  prefixKeyOf,
  refusalBy,
  sharesSpent,
  type TrafficSettings,
  worseCarriers,
} from './traffic-rules.ts'
import { knownTraffic, type Place } from './traffic-totals.ts'
import { createTrips } from './trips.ts'

export type TrafficGuard = {
  prefixQuestion(to: E164, region: string): PrefixQuestion | null
  /** Why a delivery may not begin. `challenge`: `null` while there is none. */
  refusal(target: Target, challenge: ChallengeId | null): Promise<Refusal | null>
  /**
   * The same, and where it may a place among those that are let in until it has begun or will not: of many at once no more
   * begin than one after another.
   */
  admit(target: Target, way: Way, challenge: ChallengeId | null): Promise<Refusal | Place>
  /** The statement that was to start it has found a rule against its prefix. */
  prefixRefused(target: Target, block: PrefixBlock, challenge: ChallengeId | null): Refusal
  /** A delivery has begun. `block`: stands against its prefix, and is only recorded. */
  begun(target: Target, delivery: Begun, challenge: ChallengeId, block: PrefixBlock | null): void
  /** A call ended that nobody had answered: no carrier bills it. */
  unanswered(target: Target, delivery: Begun, challenge: ChallengeId): void
  /** An answered call ended so many seconds after it was asked for. */
  lasted(target: Target, delivery: Begun, challenge: ChallengeId, seconds: number): void
  /** The challenge has its outcome. */
  ended(record: ChallengeRecord): void
  /** A carrier told what a call, or else a text, had cost: in the currency of the account, which should be the deck's. */
  priceSeen(target: Target, carrier: CarrierName, price: SeenPrice): void
  /** Which share of each of the installation's ceilings has been spent; of one of nothing, all. */
  spent(): { window: 'hour' | 'day'; share: number }[]
  /** Writes what has happened here, reads what has happened everywhere, and begins and ends what stands. */
  refresh(): Promise<void>
}

type Deps = {
  store: Pick<
    Store,
    'prefixTraffic' | 'guardTraffic' | 'guardTrips' | 'learntPrices' | 'numberOwners' | 'numberRules' | 'spending'
  >
  settings: TrafficSettings
  hashes: (text: string) => string[]
  pushes: boolean
  metrics: Pick<Metrics, 'guardDecided'>
  log: Logger
}

const REMEMBERED = 10_000

/** Seconds, at the most, in which a call waits to be asked for and rings: when it was answered is not kept. */
const LONGEST_RINGING = 60

/** So many prefixes may be under a block at once and still be told of one by one. */
const TOLD_PREFIXES = 1_000

export function createTrafficGuard({ store, settings, hashes, pushes, metrics, log }: Deps): TrafficGuard {
  const { modes, unverifiedBudget, spending } = settings
  const deck = createRateDeck(settings.deck)
  const prices = createSeenPrices(store.learntPrices, deck)
  const trips = createTrips({ store: store.guardTrips, modes, pushes, metrics, log })
  const spent = spendingCount(store.spending)
  const decisions = createDecisions({ store: store.guardTrips, metrics })
  const counts = knownTraffic(store.guardTraffic)
  const outcomes = prefixOutcomeCount(store.prefixTraffic)
  const recorded = new Set<ChallengeId>()

  /** What would have been refused is counted as if it had been: a rule that records names what it would refuse. */
  function remember(challenge: ChallengeId): void {
    recorded.add(challenge)
    const [oldest] = recorded
    if (recorded.size > REMEMBERED && oldest) recorded.delete(oldest)
  }

  const price = ({ to }: Target, { carrier, channel }: Way) => (to === null ? 0 : deck.price(to, carrier, channel))

  // What is only recorded has begun already.
  const totalsOf = (mode: 'enforce' | 'record') => (mode === 'enforce' ? counts.withPlaces : counts.of)

  /** Of the region: too few are verified. */
  function unlikelyRegion(target: Target, mode: 'enforce' | 'record'): Finding | null {
    const region = regionKey(target)
    return (
      (modes.conversion === mode ? trips.standing('conversion', region) : null) ??
      (modes.unverified === mode ? budgetSpent(totalsOf(mode)(region), unverifiedBudget) : null)
    )
  }

  function tooExpensive(target: Target, mode: 'enforce' | 'record'): Finding | null {
    if (modes.spending !== mode) return null
    const totals = totalsOf(mode)
    return ceilingReached(totals(serviceKey(target)), spending.service) ?? ceilingReached(totals('all'), spending.all)
  }

  /** The first that stands, among those of a mode. */
  const found = (target: Target, mode: 'enforce' | 'record') =>
    unlikelyRegion(target, mode) ?? tooExpensive(target, mode)

  const isAllowed = ({ to }: Target) => to === null || store.numberRules.allows(listKeys(to, hashes))
  /** What strangers do with other numbers keeps nobody from their own; money is spent on any. */
  const isOwner = ({ askerHashes }: Target) =>
    askerHashes?.owner ? store.numberOwners.proved(askerHashes.owner) : false

  async function decide<Admitted>(target: Target, challenge: ChallengeId | null, admitted: () => Admitted) {
    if (found(target, 'enforce') === null || (await isAllowed(target))) return admitted()
    const isExempt = unlikelyRegion(target, 'enforce') !== null && (await isOwner(target))
    // From here on nothing is waited for: of many at once no more may be let in.
    const finding = isExempt ? tooExpensive(target, 'enforce') : found(target, 'enforce')
    if (finding === null) return admitted()
    decisions.add(finding, target, challenge, true)
    return refusalBy(finding)
  }

  const place = (target: Target, way: Way) =>
    counts.place([regionKey(target), serviceKey(target), 'all'], price(target, way))

  /** One minute was counted when the call began. */
  function correct(target: Target, delivery: Begun, challenge: ChallengeId, minutes: number): void {
    const cost = minutes * price(target, delivery)
    spent.add({ ...target, ...delivery }, { count: 0, cost })
    if (!recorded.has(challenge)) counts.add([serviceKey(target), 'all'], { cost })
  }

  const traffic: TrafficGuard = {
    prefixQuestion(to, region) {
      const { conversion, neighbours } = modes
      if (conversion === 'off' && neighbours === 'off') return null
      return { prefix: prefixOf(to), region, suffix: Number(to.slice(-4)), conversion, neighbours }
    },

    refusal: (target, challenge) => decide(target, challenge, () => null),

    admit: (target, way, challenge) => decide(target, challenge, () => place(target, way)),

    prefixRefused(target, block, challenge) {
      const finding = blockFinding(block)
      decisions.add(finding, target, challenge, true)
      return refusalBy(finding)
    },

    begun(target, delivery, challenge, block) {
      const cost = price(target, delivery)
      spent.add({ ...target, ...delivery }, { count: 1, cost })
      const finding = block !== null && modes[block.by] === 'record' ? blockFinding(block) : found(target, 'record')
      if (finding !== null) {
        decisions.add(finding, target, challenge, false)
        remember(challenge)
        return
      }
      counts.add([regionKey(target), ...carrierKeys(target, delivery)], { started: 1 })
      counts.add([serviceKey(target), 'all'], { started: 1, cost })
    },

    unanswered: (target, delivery, challenge) => correct(target, delivery, challenge, -1),

    lasted(target, delivery, challenge, seconds) {
      const more = Math.ceil((seconds - LONGEST_RINGING) / 60) - 1
      if (more > 0) correct(target, delivery, challenge, more)
    },

    ended({ challenge: { id, outcome, deliveries }, request }) {
      if (outcome === null || request.to === null) return
      const prefix = prefixOf(request.to)
      const ending = {
        verified: outcome.status === 'approved' ? 1 : 0,
        failed: outcome.status !== 'approved' && outcome.reason !== 'carrier_failed' ? 1 : 0,
        unrung: outcome.reason === 'carrier_failed' ? 1 : 0,
      }
      const { verified, failed, unrung } = ending
      outcomes.add({ prefix, ...ending })
      // It stays among them: its call may end later.
      if (recorded.has(id)) return
      // What is blocked by its prefix says nothing of the rest of the region.
      const key = prefixKeyOf(prefix)
      const isBlocked = trips.standing('conversion', key) ?? trips.standing('neighbours', key)
      const taken = isBlocked ? failed : 0
      counts.add([regionKey(request)], { started: -unrung - taken, verified, failed: failed - taken })
      counts.add([...carrierKeys(request, deliveries.at(-1)!), serviceKey(request), 'all'], {
        started: -unrung,
        verified,
        failed,
      })
    },

    priceSeen({ to }, carrier, price) {
      if (to !== null) prices.note(to, carrier, price)
    },

    spent: () => sharesSpent(counts.of('all'), spending.all),

    async refresh() {
      await write()
      // In this order: what a prefix takes out of its region's counts must be seen in them before the region is judged.
      await trips.load()
      const blocked = (await store.prefixTraffic.blocked(TOLD_PREFIXES)).map((prefix) => ({
        ...prefixBlocked(prefix),
        taken: { key: `region:${prefix.region}`, failed: prefix.failed },
      }))
      await trips.begin(blocked)
      await counts.read()
      await prices.read()
      const [regions, services] = [counts.all('region:'), counts.all('service:')]
      const others = [
        ...regions.map(lowConversion),
        ...regions.map((region) => budgetSpent(region, unverifiedBudget)),
        ...services.map((service) => ceilingReached(service, spending.service)),
        ceilingReached(counts.of('all'), spending.all),
        ...worseCarriers(counts.all('carrier:')),
      ].filter((finding) => finding !== null)
      await trips.begin(others)
      for (const key of await trips.end([...blocked, ...others])) await counts.forget(key)
      await decisions.write()
    },
  }
  return traffic

  /** What can't be written is lost: the counts of about a second. */
  async function write(): Promise<void> {
    await counts.write()
    await outcomes.write()
    await prices.write()
    await spent.write()
  }
}
