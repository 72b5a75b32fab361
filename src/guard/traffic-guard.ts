// Watches what is called, verified and spent, and refuses what looks like fraud or goes beyond the operator's ceilings. What
// concerns one prefix is decided by the statement that starts a delivery (store/prefix-traffic.ts). Calls that are not verified
// and money are counted before they begin (reserved-traffic.ts). The rest is decided by what this instance last read of all.

import { type CarrierName, type ChallengeId, type Delivery, type E164, LONGEST_CALL } from '../domain/challenge.ts'
import { prefixOf } from '../domain/phone-number.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Logger } from '../log/logger.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { PrefixBlock, PrefixQuestion } from '../store/prefix-traffic.ts'
import type { Store } from '../store/store.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { createDecisions } from './decisions.ts'
import { moneyCount } from './money-count.ts'
import { prefixOutcomeCount } from './prefix-outcomes.ts'
import { createRateDeck } from './rate-deck.ts'
import { recordedDeliveries } from './recorded-deliveries.ts'
import { type Place, reservedTraffic } from './reserved-traffic.ts'
import { createSeenPrices, type SeenPrice } from './seen-prices.ts'
import { spendingCount } from './spending-count.ts'
import { trafficAdmission } from './traffic-admission.ts'
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
import { knownTraffic } from './traffic-totals.ts'
import { createTrips } from './trips.ts'

export type TrafficGuard = {
  /** What a delivery that begins now is taken to cost. */
  price(target: Target, way: Way): number
  prefixQuestion(to: E164, region: string): PrefixQuestion | null
  /** Why a delivery may not begin. `challenge`: `null` while there is none. */
  refusal(target: Target, challenge: ChallengeId | null): Promise<Refusal | null>
  /** The same, and where it may its place among those that are let in, counted before it begins. */
  admit(target: Target, delivery: Pick<Delivery, 'price'>, challenge: ChallengeId | null): Promise<Refusal | Place>
  /** The statement that was to start it has found a rule against its prefix. */
  prefixRefused(target: Target, block: PrefixBlock, challenge: ChallengeId | null): Refusal
  /**
   * A delivery has begun. `block`: stands against its prefix, and is only recorded. `counted`: the keys under which its place
   * has counted it.
   */
  begun(
    target: Target,
    delivery: Begun,
    challenge: ChallengeId,
    block: PrefixBlock | null,
    counted: readonly string[],
  ): void
  /** A delivery that has begun goes to the next carrier by another one: the challenge is one as before. */
  failedOver(target: Target, failed: Begun, next: Begun): void
  /** A call ended that nobody had answered, or a text was refused: no carrier bills it. */
  unbilled(target: Target, delivery: Begun): void
  /** Of an answered call the end is known so many seconds after it was asked for. */
  lasted(target: Target, delivery: Begun, seconds: number): void
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
  /** Of a text. */
  segmentsOf: (target: Target) => number
  pushes: boolean
  metrics: Pick<Metrics, 'guardDecided'>
  log: Logger
}

/** Seconds, at the most, in which a call waits to be asked for and rings: when it was answered is not kept. */
const LONGEST_RINGING = 60
const LONGEST_MINUTES = LONGEST_CALL / 60

/** So many prefixes may be under a block at once and still be told of one by one. */
const TOLD_PREFIXES = 1_000

export function createTrafficGuard({ store, settings, hashes, segmentsOf, pushes, metrics, log }: Deps): TrafficGuard {
  const { modes, unverifiedBudget, spending } = settings
  const deck = createRateDeck(settings.deck)
  const prices = createSeenPrices(store.learntPrices, deck)
  const trips = createTrips({ store: store.guardTrips, modes, pushes, metrics, log })
  const spent = spendingCount(store.spending)
  const decisions = createDecisions({ store: store.guardTrips, metrics })
  const counts = knownTraffic(store.guardTraffic)
  const outcomes = prefixOutcomeCount(store.prefixTraffic)
  const money = moneyCount({ settings, deck, spent, counts, segmentsOf })
  const recorded = recordedDeliveries({ modes, trips })

  const reserved = reservedTraffic({
    store: store.guardTraffic,
    add: (key, more, since) => counts.add([key], more, since),
  })
  const admission = trafficAdmission({ store, settings, hashes, trips, counts, reserved })

  function refused(finding: Finding, target: Target, challenge: ChallengeId | null): Refusal {
    decisions.add(finding, target, challenge, true)
    return refusalBy(finding)
  }

  /** One minute was counted when the call began. */
  function correct(target: Target, delivery: Begun, minutes: number): void {
    money.add(target, delivery, minutes, { deliveries: 0, isRecorded: recorded.of(target, delivery) !== null })
  }

  const traffic: TrafficGuard = {
    price: money.price,

    prefixQuestion(to, region) {
      const { conversion, neighbours } = modes
      if (conversion === 'off' && neighbours === 'off') return null
      return { prefix: prefixOf(to), region, suffix: Number(to.slice(-4)), conversion, neighbours }
    },

    async refusal(target, challenge) {
      const finding = await admission.refusal(target)
      return finding && refused(finding, target, challenge)
    },

    async admit(target, { price }, challenge) {
      const result = await admission.admit(target, price)
      return 'rule' in result ? refused(result, target, challenge) : result
    },

    prefixRefused: (target, block, challenge) => refused(blockFinding(block), target, challenge),

    begun(target, delivery, challenge, block, counted) {
      const isBlocked = block !== null && modes[block.by] === 'record'
      const finding = isBlocked ? blockFinding(block) : admission.standing(target, 'record')
      money.add(target, delivery, 1, { deliveries: 1, isRecorded: finding !== null, counted })
      const isInRegion = counted.includes(regionKey(target))
      recorded.note(delivery, finding === null ? null : { isInRegion })
      if (finding !== null) return decisions.add(finding, target, challenge, false)
      const keys = [...carrierKeys(target, delivery), serviceKey(target), 'all']
      counts.add(isInRegion ? keys : [regionKey(target), ...keys], { started: 1 })
    },

    failedOver(target, failed, next) {
      const asRecorded = recorded.of(target, failed)
      recorded.note(next, asRecorded)
      money.add(target, next, 1, { deliveries: 1, isRecorded: asRecorded !== null })
      if (asRecorded) return
      counts.add(carrierKeys(target, failed), { started: -1 })
      counts.add(carrierKeys(target, next), { started: 1 })
    },

    unbilled: (target, delivery) => correct(target, delivery, -1),

    lasted(target, delivery, seconds) {
      const more = Math.min(LONGEST_MINUTES, Math.ceil((seconds - LONGEST_RINGING) / 60)) - 1
      if (more > 0) correct(target, delivery, more)
    },

    ended({ challenge: { outcome, deliveries }, request }) {
      if (outcome === null || request.to === null) return
      const prefix = prefixOf(request.to)
      const ending = {
        verified: outcome.status === 'approved' ? 1 : 0,
        failed: outcome.status !== 'approved' && outcome.reason !== 'carrier_failed' ? 1 : 0,
        unrung: outcome.reason === 'carrier_failed' ? 1 : 0,
      }
      const { verified, failed, unrung } = ending
      outcomes.add({ prefix, ...ending })
      const asRecorded = recorded.ofAll(request, deliveries)
      if (asRecorded) {
        if (asRecorded.isInRegion) counts.add([regionKey(request)], { started: -unrung, verified })
        return
      }
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

  /** What may have been written is not written again. */
  async function write(): Promise<void> {
    reserved.giveBack()
    await counts.write()
    await outcomes.write()
    await prices.write()
    await spent.write()
  }
}
