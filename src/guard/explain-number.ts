// What would refuse a challenge to a number now, in sentences for the operator: the same that a creation asks, of the
// number alone, and nothing is counted. What holds for one who asks (an address, an account) is in no number.

import type { AskerHashes } from '../domain/asker-hashes.ts'
import type { E164 } from '../domain/challenge.ts'
import { parseNumber } from '../domain/phone-number.ts'
import type { FoundObstacles, FoundRule, NumberObstacles } from '../store/number-obstacles.ts'
import type { Limit } from '../store/rate-limits.ts'
import { wrongGateLimits } from '../store/wrong-gates.ts'
import { type GuardSettings, type LimitedBy, limitedBy, numberLimits, type Rate, refusedNumber } from './guard.ts'
import { listKeys } from './number-rules.ts'
import { unansweredKeys } from './unanswered-calls.ts'
import { countedFor } from './who-asks.ts'
import { wrongCodeKeys } from './wrong-codes.ts'

/** What of a service's settings holds for a number. */
export type NumberSettings = Pick<GuardSettings, 'countries' | 'limits' | 'waitsUnanswered'>

type OfService = { id: string; settings: NumberSettings }

export type NumberExplanation = {
  obstacles: NumberObstacles
  hashes: (text: string) => string[]
  /** Each as it is set now. */
  services: () => OfService[] | Promise<OfService[]>
}

/** Of a creation that was refused nothing else is kept. */
export const REFUSED_LEAVE_NONE =
  'A creation that is refused leaves no challenge: the app has its reason in the answer.'

/**
 * Empty: nothing stands against it. Where services are set differently, each names those that it holds for. `extension`: the
 * deliveries to that inside line are asked for; what else stands against any line of the number is told in either case.
 */
export async function reasonsAgainst(
  number: E164,
  { obstacles, hashes, services }: NumberExplanation,
  extension: string | null = null,
): Promise<string[]> {
  const parsed = parseNumber(number, null, '*')
  const [own, known] = [hashes(number), await services()]
  const [gates, wrongCodes, unanswered] = [wrongGateLimits(own), wrongCodeKeys(own), unansweredKeys(own)]
  const line = { to: number, extension, serviceId: '' }
  const limitsOf = (settings: NumberSettings) =>
    ASKERS.flatMap((askerHashes) => numberLimits(settings, { ...line, askerHashes }, hashes))
  const found = await obstacles.find({
    rules: listKeys(number, hashes),
    counters: [...known.flatMap(({ settings }) => limitsOf(settings)), ...gates].map(({ key }) => key),
    failures: [...wrongCodes, ...unanswered],
  })
  const isAllowed = found.rules.some(({ rule }) => rule === 'allow')

  const bySettings = (settings: NumberSettings): string[] => [
    ...[parsed.ok && !isAllowed ? (refusedNumber(settings, parsed)?.detail ?? []) : []].flat(),
    ...limitsOf(settings).flatMap((limit) =>
      exhausted(found, limit, (rate) => `${deliveries(rate)} ${limitText(limit)}`),
    ),
    ...(settings.waitsUnanswered ? locked(found, unanswered, UNANSWERED) : []),
  ]
  const ofServices = known.map(({ id, settings }) => ({ id, reasons: new Set(bySettings(settings)) }))
  const ofSettings = [...new Set(ofServices.flatMap(({ reasons }) => [...reasons]))].map((reason) => {
    const ids = ofServices.filter(({ reasons }) => reasons.has(reason)).map(({ id }) => id)
    return ids.length === ofServices.length ? reason : `For ${ids.join(', ')}: ${reason}`
  })
  const ofGates = gates.flatMap((limit) => exhausted(found, limit, () => WRONG_KEYS))
  const ofAll = [...found.rules.flatMap(ruleReason), ...locked(found, wrongCodes, WRONG_CODES), ...ofGates]
  // A number is counted under every secret that is listed.
  return [...new Set([...ofAll, ...ofSettings])]
}

/** One who names no account, and one who names an account that has not proved the number. */
const ASKERS: readonly (AskerHashes | null)[] = [null, { owner: [] }]

const UNANSWERED = 'The last calls to this number were not answered, or were refused: the next call waits'
const WRONG_CODES = 'Too many wrong codes in a row for this number: none is sent or taken'
const WRONG_KEYS = 'Wrong keys before a code three times in a day: no code is spoken to this number, texts are sent,'

const LIMITED = {
  number: 'to this number (LIMIT_PER_NUMBER): no more',
  named: 'to this number for accounts that have not proved it (LIMIT_PER_NUMBER): no more for these',
  prefix: 'to numbers that differ only in their last four digits (LIMIT_PER_PREFIX): no more',
  prefix_owner:
    'to numbers that differ only in their last four digits, for accounts that have proved theirs (LIMIT_PER_PREFIX): no more for these',
} as const satisfies { [by in LimitedBy]?: string }

function limitText({ key }: Limit): string {
  return LIMITED[limitedBy(key) as keyof typeof LIMITED]
}

function exhausted({ counters }: FoundObstacles, { key, rates }: Limit, textOf: (rate: Rate) => string): string[] {
  return rates.flatMap((rate) => {
    if (rate.max === 0) return [`${textOf(rate)}.`]
    return counters
      .filter((counter) => counter.key === key && counter.seconds === rate.seconds && counter.count >= rate.max)
      .map(({ until }) => `${textOf(rate)} until ${until}.`)
  })
}

/** Of many lines or accounts the one that is locked for longest. */
function locked({ locks }: FoundObstacles, keys: readonly string[], text: string): string[] {
  const longest = new Map<string, string>()
  for (const { key, until } of locks) {
    if (!keys.some((one) => key === one || key.startsWith(`${one};`))) continue
    const whose = WHOSE[countedFor(key)]
    const before = longest.get(whose)
    if (before === undefined || Date.parse(before) < Date.parse(until)) longest.set(whose, until)
  }
  return [...longest].map(([whose, until]) => `${text} until ${until}.${whose}`)
}

const WHOSE = {
  number: '',
  line: ' This concerns an inside line of it.',
  account: ' This concerns an account that has proved it.',
} as const

function deliveries({ max, seconds }: Rate): string {
  const [length, unit] = UNITS.find(([length]) => seconds % length === 0)!
  return `${max} deliveries in ${seconds / length} ${unit}`
}

const UNITS = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const

function ruleReason({ key, rule, shown, forService, forChannel, until }: FoundRule): string[] {
  const end = until === null ? '' : ` until ${until}`
  switch (rule) {
    case 'allow':
      return []
    case 'block':
      return [`${shown} is on the operator's block list${end || ', until it is taken off (unlist)'}.`]
    case 'opt_out': {
      const what = forChannel === '' ? 'calls and texts' : forChannel === 'sms' ? 'texts' : 'calls'
      return [`The person at this number wants no more ${what} from this server${end || ', until they do (opt-in)'}.`]
    }
    case 'report':
      return [
        `The person at this number has reported a verification of ${forService} as fraud: it can't reach it${end}.`,
      ]
    case 'wrong_codes':
      return [
        `Too many wrong codes in a row for this number: no code is sent to it until it is proved by approve or keypad_code, or unblocked.${WHOSE[countedFor(key)]}`,
      ]
  }
}
