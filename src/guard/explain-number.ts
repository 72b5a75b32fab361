// What would refuse a challenge to a number now, in sentences for the operator: the same that a creation asks, of the
// number alone, and nothing is counted. What holds for one who asks (an address, an account) is in no number.

import type { E164 } from '../domain/challenge.ts'
import { parseNumber, prefixOf } from '../domain/phone-number.ts'
import type { FoundObstacles, FoundRule, NumberObstacles } from '../store/number-obstacles.ts'
import { wrongGateLimits } from '../store/wrong-gates.ts'
import { type GuardSettings, type Rate, refusedNumber } from './guard.ts'
import { listKeys } from './number-rules.ts'
import { unansweredKeys } from './unanswered-calls.ts'
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

/** Empty: nothing stands against it. Where services are set differently, each names those that it holds for. */
export async function reasonsAgainst(
  number: E164,
  { obstacles, hashes, services }: NumberExplanation,
): Promise<string[]> {
  const parsed = parseNumber(number, null, '*')
  const [own, wrongCodes] = [hashes(number), wrongCodeKeys(hashes(number))]
  const gates = wrongGateLimits(own)
  const counted = COUNTED.flatMap((counter) =>
    hashes(counter.what === 'prefix' ? prefixOf(number) : number).map((hash) => ({
      ...counter,
      key: `${counter.name}:${hash}`,
    })),
  )
  const unanswered = unansweredKeys(own)
  const found = await obstacles.find({
    rules: [...listKeys(number, hashes), ...wrongCodes],
    counters: [...counted, ...gates].map(({ key }) => key),
    locks: [...wrongCodes, ...unanswered],
  })
  const isAllowed = found.rules.some(({ rule }) => rule === 'allow')

  const bySettings = (settings: NumberSettings): string[] => [
    ...[parsed.ok && !isAllowed ? (refusedNumber(settings, parsed)?.detail ?? []) : []].flat(),
    ...counted.flatMap(({ key, what, text }) =>
      (settings.limits[what] ?? []).flatMap((rate) => exhausted(found, key, rate, text)),
    ),
    ...(settings.waitsUnanswered ? locked(found, unanswered, UNANSWERED) : []),
  ]
  const ofServices = (await services()).map(({ id, settings }) => ({ id, reasons: new Set(bySettings(settings)) }))
  const ofSettings = [...new Set(ofServices.flatMap(({ reasons }) => [...reasons]))].map((reason) => {
    const ids = ofServices.filter(({ reasons }) => reasons.has(reason)).map(({ id }) => id)
    return ids.length === ofServices.length ? reason : `For ${ids.join(', ')}: ${reason}`
  })
  const ofGates = gates.flatMap(({ key, max, seconds }) => exhausted(found, key, { max, seconds }, () => WRONG_KEYS))
  const ofAll = [...found.rules.flatMap(ruleReason), ...locked(found, wrongCodes, WRONG_CODES), ...ofGates]
  // A number is counted under every secret that is listed.
  return [...new Set([...ofAll, ...ofSettings])]
}

const UNANSWERED = 'The last calls to this number were not answered, or were refused: the next call waits'
const WRONG_CODES = 'Too many wrong codes in a row for this number: none is sent or taken'
const WRONG_KEYS = 'Wrong keys before a code three times in a day: no code is spoken to this number, texts are sent,'

const COUNTED = [
  { name: 'number', what: 'number', text: (rate) => `${deliveries(rate)} to this number (LIMIT_PER_NUMBER): no more` },
  {
    name: 'named',
    what: 'number',
    text: (rate) =>
      `${deliveries(rate)} to this number for accounts that have not proved it (LIMIT_PER_NUMBER): no more for these`,
  },
  {
    name: 'prefix',
    what: 'prefix',
    text: (rate) =>
      `${deliveries(rate)} to numbers that differ only in their last four digits (LIMIT_PER_PREFIX): no more`,
  },
] as const satisfies readonly { name: string; what: 'number' | 'prefix'; text: (rate: Rate) => string }[]

function exhausted({ counters }: FoundObstacles, key: string, rate: Rate, text: (rate: Rate) => string): string[] {
  if (rate.max === 0) return [`${text(rate)}.`]
  return counters
    .filter((counter) => counter.key === key && counter.seconds === rate.seconds && counter.count >= rate.max)
    .map(({ until }) => `${text(rate)} until ${until}.`)
}

function locked({ locks }: FoundObstacles, keys: readonly string[], text: string): string[] {
  return locks.filter(({ key }) => keys.includes(key)).map(({ until }) => `${text} until ${until}.`)
}

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

function ruleReason({ rule, shown, forService, forChannel, until }: FoundRule): string[] {
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
        'Too many wrong codes in a row for this number: no code is sent to it until it is proved by approve or keypad_code, or unblocked.',
      ]
  }
}
