// What is refused before anything is dialled. Every refusal names what stands in the way, and where it can be changed.

import type { CarrierName, Channel } from '../domain/challenge.ts'
import { prefixOf, refusedType } from '../domain/phone-number.ts'
import type { RateLimitName } from '../domain/rate-limit.ts'
import { invalidField, type Refusal } from '../domain/refusal.ts'
import type { UnrungFault } from '../domain/unrung-delivery.ts'
import type { StandingRule } from '../store/number-rules.ts'
import type { ExhaustedLimit, Limit, Lock } from '../store/rate-limits.ts'
import type { ChargedCounter } from '../store/schema.ts'
import { refusedByRule } from './number-rules.ts'
import type { PolicyName } from './policy.ts'
import type { QuietHours } from './quiet-hours.ts'
import { UNANSWERED } from './unanswered-calls.ts'
import { askerKeys, type Recipient } from './who-asks.ts'

type LimitKind = 'number' | 'prefix' | 'ip' | 'network' | 'session' | 'account' | 'service'

/** At most `max` in so many seconds. */
export type Rate = { max: number; seconds: number }

/** What is counted over all services; the rest is of the service that names it. */
export const OF_ALL_SERVICES = ['number', 'prefix', 'ip', 'network'] as const

/** Of each the seconds of the limits that any service has; and whether the calls of any wait after unanswered ones. */
export type CountedForOthers = {
  seconds: { [what in LimitKind]?: readonly number[] }
  unanswered: boolean
}

export type GuardSettings = {
  /** ISO regions that may be called; `*`: all. */
  countries: Set<string> | '*'
  limits: { [what in LimitKind]?: Rate[] }
  /** After calls in a row that a person did not answer the next one waits. */
  waitsUnanswered: boolean
  /** Unless given: there is no other service. */
  forOthers?: CountedForOthers
  /** Seconds between two deliveries of one challenge. */
  cooldown: number
  policyName: PolicyName
  /** Seconds in which a service can't reach a number whose owner has reported it. */
  fraudFreeze: number
  /** `null`: at no hour. */
  quietHours: QuietHours | null
}

/** Of numbers that the operator's own list does not allow. */
export function refusedNumber(
  settings: Pick<GuardSettings, 'countries'>,
  number: { region: string; type: string },
): Refusal | null {
  return lineKind(number.type) ?? country(settings.countries, number.region)
}

function lineKind(type: string): Refusal | null {
  return refusedType(type)
    ? {
        refused: 'number_blocked',
        detail: `Numbers of this kind are not called unless the operator's list allows it (${KINDS[type] ?? type.toLowerCase().replaceAll('_', ' ')}).`,
      }
    : null
}

/** The library's names, where they need explaining. */
const KINDS: Record<string, string> = { NETWORK: 'satellite or international network', UAN: 'company-wide number' }

function country(countries: GuardSettings['countries'], region: string): Refusal | null {
  if (countries === '*' || countries.has(region)) return null
  return {
    refused: 'country_not_allowed',
    detail: `Numbers in ${region} may not be called: ALLOWED_COUNTRIES does not list it.`,
  }
}

const DELIVERIES = { all: 'number', named: 'named', owner: 'owner' } as const satisfies Record<string, LimitedBy>

type Rates = Pick<GuardSettings, 'limits' | 'forOthers'>
type Asked = Recipient & { serviceId: string }

/** What a delivery counts against for its number, and those like it. */
export function numberLimits(settings: Rates, recipient: Asked, hashes: (text: string) => string[]): Limit[] {
  return [
    ...withRates(ratesOf(settings, 'number'), () => askerKeys(recipient, hashes, DELIVERIES)),
    ...withRates(ratesOf(settings, 'prefix'), () => prefixKeys(recipient, hashes)),
  ]
}

/** Those who have proved their number have a count of their own, which strangers can't use up. */
function prefixKeys({ to, askerHashes }: Recipient, hashes: (text: string) => string[]): Lock[] {
  const prefixes = hashes(prefixOf(to))
  if (!askerHashes?.owner) return prefixes.map((hash) => ({ key: `prefix:${hash}` }))
  return prefixes.flatMap((hash) => [
    { key: `prefix:${hash}`, ofOwner: false },
    { key: `prefix_owner:${hash}`, ofOwner: true },
  ])
}

/** And for the one who asks. */
export function askerLimits(settings: Rates, { serviceId, askerHashes }: Asked): Limit[] {
  const asker = (['ip', 'network', 'session', 'account'] as const).flatMap((what) =>
    each(settings, what, askerHashes?.[what] ?? []),
  )
  return [...asker, ...each(settings, 'service', [serviceId])]
}

function each(settings: Rates, what: LimitKind, all: readonly string[]): Limit[] {
  return withRates(ratesOf(settings, what), () => all.map((hash) => ({ key: `${what}:${hash}` })))
}

/** Nothing is hashed for a limit that is off. */
function withRates(rates: readonly Rate[], keys: () => Lock[]): Limit[] {
  return rates.length === 0 ? [] : keys().map((key) => ({ ...key, rates }))
}

/** Its own, and what is only counted since others have a limit for it. */
function ratesOf({ limits, forOthers }: Rates, what: LimitKind): readonly Rate[] {
  const own = limits[what] ?? []
  const seconds = forOthers?.seconds[what] ?? []
  const others = seconds.filter((one) => !own.some((rate) => rate.seconds === one))
  return others.length === 0 ? own : [...own, ...others.map((one) => ({ max: UNLIMITED, seconds: one }))]
}

/** The largest that a counter can be. */
const UNLIMITED = 2 ** 31 - 1

export type LimitedBy = LimitKind | 'named' | 'owner' | 'prefix_owner' | 'gate' | 'code' | Unanswered
type Unanswered = (typeof UNANSWERED)[keyof typeof UNANSWERED]

/** Why the database let a delivery not begin. */
export function notAdmitted(refused: ExhaustedLimit | StandingRule, channel: Channel): Refusal {
  return 'rule' in refused ? refusedByRule(refused, channel) : limitReached(refused)
}

export function limitReached({ key, retryAfter, quota }: ExhaustedLimit): Refusal {
  const by = limitedBy(key)
  if (by === 'gate')
    return {
      refused: 'number_blocked',
      detail: 'Wrong keys before a code three times in a day: for a day no code is spoken to this number. Use sms.',
    }
  if (by === 'code')
    return {
      refused: 'rate_limited',
      detail: 'Too many wrong codes in a row for this number.',
      retryAfter,
      limit: { name: 'wrong-codes', quota },
    }
  if (isUnanswered(by))
    return {
      refused: 'rate_limited',
      detail: 'Calls to this number have to wait for a while.',
      retryAfter,
      limit: { name: 'unanswered-calls', quota },
    }
  const { name, what } = WHAT[by]
  return {
    refused: 'rate_limited',
    detail: `Too many verifications for ${what}.`,
    retryAfter,
    limit: { name, quota },
  }
}

function isUnanswered(by: LimitedBy): by is Unanswered {
  return Object.values<string>(UNANSWERED).includes(by)
}

/** However it is counted: who has proved a number is told nobody. */
const NUMBER = { name: 'per-number', what: 'this number' } as const

const PREFIX = { name: 'per-prefix', what: 'numbers like this one' } as const

const WHAT: Record<Exclude<LimitedBy, 'gate' | 'code' | Unanswered>, { name: RateLimitName; what: string }> = {
  number: NUMBER,
  named: NUMBER,
  owner: NUMBER,
  prefix: PREFIX,
  prefix_owner: PREFIX,
  ip: { name: 'per-client', what: 'this client' },
  network: { name: 'per-network', what: "this client's network" },
  session: { name: 'per-session', what: 'this session' },
  account: { name: 'per-account', what: 'this account' },
  service: { name: 'per-service', what: 'this service' },
}

export function limitedBy(key: string): LimitedBy {
  return key.split(':')[0] as LimitedBy
}

/** Of the number, however it is counted. */
const PERSONAL: ReadonlySet<LimitedBy> = new Set(['number', 'named', 'owner'])

/**
 * What is given back of a delivery that rang nobody. The person's own limits always: nothing reached them. Those that
 * protect the operator's bill only when the carrier or this server was at fault: numbers that ring nobody, and calls that
 * are canceled at once, cost the operator requests and the carrier's patience, and a client could go on with them for ever.
 */
export function givenBack(charge: readonly ChargedCounter[], fault: UnrungFault): ChargedCounter[] {
  return charge.filter(([key]) => fault === 'carrier' || PERSONAL.has(limitedBy(key)))
}

/** What the number can't be reached by, said before anything is tried. */
export function reachable(
  input: { carrier: CarrierName | null; channel: Channel; fallback: Channel[]; extension: string | null },
  carriers: readonly { name: CarrierName; supportsExtensions: boolean }[],
): Refusal | null {
  const pinned = input.carrier === null ? carriers : carriers.filter(({ name }) => name === input.carrier)
  if (pinned.length === 0) return invalidField('carrier', `${input.carrier} is not configured here.`)
  const inside = input.extension !== null && (input.channel === 'call' || input.fallback.includes('call'))
  if (inside && !pinned.some((carrier) => carrier.supportsExtensions)) {
    return invalidField(
      'extension',
      `${pinned.map(({ name }) => name).join(', ')} can't dial an extension after the answer.`,
    )
  }
  return null
}
