// The rules that stand for or against a number: under which keys they are found, and what is said of them.

import type { Channel, E164 } from '../domain/challenge.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { RuleQuestion, StandingRule } from '../store/number-rules.ts'

/** Of a full number: it is not kept readable, and is hashed under every listed secret. */
export function numberKeys(number: E164, hashes: (text: string) => string[]): string[] {
  return hashes(number).map((hash) => `number:${hash}`)
}

export function prefixKey(prefix: string): string {
  return `prefix:${prefix}`
}

/**
 * Every key under which a rule for the number may stand: its own, and each of its beginnings, the whole of it too.
 * `codeKeys`: where a code is sent, those of its wrong codes.
 */
export function ruleQuestion(
  number: E164,
  service: string,
  channel: Channel,
  hashes: (text: string) => string[],
  codeKeys: readonly string[] = [],
): RuleQuestion {
  return { keys: [...listKeys(number, hashes), ...codeKeys], service, channel }
}

/** Under which the operator's lists may have it. */
export function listKeys(number: E164, hashes: (text: string) => string[]): string[] {
  const beginnings = Array.from({ length: number.length - 1 }, (_, index) => number.slice(0, index + 2))
  return [...numberKeys(number, hashes), ...beginnings.map(prefixKey)]
}

export function refusedByRule({ rule, shown, until }: StandingRule, channel: Channel): Refusal {
  switch (rule) {
    case 'report':
      return {
        refused: 'number_blocked',
        detail: `The person at this number has reported a verification as fraud: your service can't reach it until ${until}.`,
        ...(until !== null && { until }),
      }
    case 'opt_out':
      return {
        refused: 'number_blocked',
        detail: `The person at this number wants no more ${channel === 'sms' ? 'texts' : 'calls'} from this server.`,
      }
    case 'wrong_codes':
      return {
        refused: 'number_blocked',
        detail:
          'Too many wrong codes in a row: no code is sent to this number until it is proved by approve or keypad_code, or the operator unblocks it.',
      }
    case 'block':
      return { refused: 'number_blocked', detail: `${shown} is on the operator's block list.` }
  }
}
