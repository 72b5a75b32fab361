// Whether a delivery may begin by what is known of its region and by the ceilings on money. A number on the operator's list is
// refused by none of it, and an account that has proved the number only by the ceilings: what strangers do with other numbers
// keeps nobody from their own, and money is spent on any.

import type { TrafficTotals } from '../store/guard-traffic.ts'
import type { Store } from '../store/store.ts'
import { listKeys } from './number-rules.ts'
import { UNITS } from './rate-deck.ts'
import { type Need, type Place, type ReservedTraffic, UNCOUNTED } from './reserved-traffic.ts'
import { regionKey, serviceKey, type Target } from './traffic-keys.ts'
import { budgetSpent, type Ceiling, ceilingReached, type Finding, type TrafficSettings } from './traffic-rules.ts'
import type { KnownTraffic } from './traffic-totals.ts'
import type { Trips } from './trips.ts'

type Mode = 'enforce' | 'record'

export type TrafficAdmission = {
  /** The first rule of a mode that stands, by what is known here. */
  standing(target: Target, mode: Mode): Finding | null
  /** By what is known here; nothing begins yet. */
  refusal(target: Target): Promise<Finding | null>
  /** `cost`: of the delivery. */
  admit(target: Target, cost: number): Promise<Finding | Place>
}

type Deps = {
  store: Pick<Store, 'numberOwners' | 'numberRules'>
  settings: TrafficSettings
  hashes: (text: string) => string[]
  trips: Pick<Trips, 'standing'>
  counts: Pick<KnownTraffic, 'of' | 'write'>
  reserved: ReservedTraffic
}

export function trafficAdmission({ store, settings, hashes, trips, counts, reserved }: Deps): TrafficAdmission {
  const { modes, unverifiedBudget, spending } = settings

  /** What was reserved here and not used is in the totals, and may be used. */
  const known = (key: string, judge: (totals: TrafficTotals) => Finding | null) =>
    reserved.hasCredit(key) ? null : judge(counts.of(key))

  function ofRegion(target: Target, mode: Mode): Finding | null {
    const region = regionKey(target)
    return (
      (modes.conversion === mode ? trips.standing('conversion', region) : null) ??
      (modes.unverified === mode ? known(region, (totals) => budgetSpent(totals, unverifiedBudget)) : null)
    )
  }

  function ofMoney(target: Target, mode: Mode): Finding | null {
    if (modes.spending !== mode) return null
    return (
      known(serviceKey(target), (totals) => ceilingReached(totals, spending.service)) ??
      known('all', (totals) => ceilingReached(totals, spending.all))
    )
  }

  const isAllowed = async ({ to }: Target) => to === null || store.numberRules.allows(listKeys(to, hashes))
  const isOwner = async ({ askerHashes }: Target) =>
    askerHashes?.owner !== undefined && store.numberOwners.proved(askerHashes.owner)

  function needsOf(target: Target, cost: number, isExempt: boolean): Need[] {
    const region = {
      key: regionKey(target),
      unit: 'started',
      amount: 1,
      base: unverifiedBudget,
      ...NO_CEILING,
    } as const
    const money = (key: string, ceilings: readonly Ceiling[]) =>
      ceilings.length === 0 ? [] : [{ key, unit: 'cost', amount: cost, base: null, ...maxima(ceilings) } as const]
    return [
      ...(modes.unverified === 'enforce' && !isExempt ? [region] : []),
      ...(modes.spending === 'enforce'
        ? [...money(serviceKey(target), spending.service), ...money('all', spending.all)]
        : []),
    ]
  }

  async function reserve(needs: readonly Need[]): Promise<Finding | Place> {
    if (needs.length === 0) return UNCOUNTED
    let taken = await reserved.take(needs)
    // What was verified or given back here since the last round may make room.
    if (!('use' in taken) && (await counts.write())) taken = await reserved.take(needs)
    if ('use' in taken) return taken
    if (taken.key.startsWith('region:')) return budgetSpent(taken, unverifiedBudget)!
    return ceilingReached(taken, taken.key === 'all' ? spending.all : spending.service)!
  }

  /** `admitted`: what comes of it when nothing stands, for one who is exempt from the rules about regions or not. */
  async function judge<Admitted extends object>(
    target: Target,
    admitted: (isExempt: boolean) => Promise<Finding | Admitted>,
    allowed: Admitted,
  ): Promise<Finding | Admitted> {
    for (let isExempt = false; ; isExempt = true) {
      const found = (isExempt ? null : ofRegion(target, 'enforce')) ?? ofMoney(target, 'enforce')
      const result = found ?? (await admitted(isExempt))
      if (!('rule' in result)) return result
      if (await isAllowed(target)) return allowed
      if (isExempt || result.rule === 'spending' || !(await isOwner(target))) return result
    }
  }

  return {
    standing: (target, mode) => ofRegion(target, mode) ?? ofMoney(target, mode),
    async refusal(target) {
      const result = await judge(target, async () => UNCOUNTED, UNCOUNTED)
      return 'rule' in result ? result : null
    },
    admit: (target, cost) => judge(target, (isExempt) => reserve(needsOf(target, cost, isExempt)), UNCOUNTED),
  }
}

const NO_CEILING = { hourMax: null, dayMax: null }

function maxima(ceilings: readonly Ceiling[]): { hourMax: number | null; dayMax: number | null } {
  const of = (isHour: boolean) => {
    const found = ceilings.find(({ seconds }) => (seconds === 3600) === isHour)
    return found ? found.max * UNITS : null
  }
  return { hourMax: of(true), dayMax: of(false) }
}
