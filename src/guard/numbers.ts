// What the operator and the apps say of numbers. A full number is known by its hashes under every listed secret, as it is
// counted and held.

import type { Channel, E164 } from '../domain/challenge.ts'
import { maskNumber } from '../domain/phone-number.ts'
import type { ListedRule, NumberRules } from '../store/number-rules.ts'
import { numberKeys, prefixKey } from './number-rules.ts'

/** A number, or the beginning of many. */
export type NumberOrPrefix = { number: E164 } | { prefix: string }

export type Numbers = {
  /** The operator's list. The later word on the same number or prefix counts. */
  listAs(kind: 'allow' | 'block', what: NumberOrPrefix, reason: string | null): Promise<void>
  /** Takes it off the list, whichever it is on. */
  unlist(what: NumberOrPrefix): Promise<boolean>
  /** For every service. `channel`: by that alone. */
  optOut(number: E164, channel: Channel | null, reason: string | null): Promise<void>
  optIn(number: E164): Promise<boolean>
  /** Ends reports of fraud: to one service, or with `null` to all. */
  unblock(number: E164, service: string | null): Promise<boolean>
  rules(limit: number): Promise<ListedRule[]>
}

export function createNumbers(store: NumberRules, hashes: (text: string) => string[]): Numbers {
  const keysOf = (what: NumberOrPrefix) =>
    'prefix' in what ? [prefixKey(what.prefix)] : numberKeys(what.number, hashes)

  return {
    listAs(kind, what, reason) {
      const shown = 'prefix' in what ? what.prefix : maskNumber(what.number)
      return store.add({ keys: keysOf(what), kind, forService: '', forChannel: '', shown, reason, seconds: null })
    },
    unlist: (what) => store.remove(keysOf(what), ['allow', 'block'], null),
    optOut: (number, channel, reason) =>
      store.add({
        keys: numberKeys(number, hashes),
        kind: 'opt_out',
        forService: '',
        forChannel: channel ?? '',
        shown: withoutDigits(maskNumber(number)),
        reason,
        seconds: null,
      }),
    optIn: (number) => store.remove(numberKeys(number, hashes), ['opt_out'], null),
    unblock: (number, service) => store.remove(numberKeys(number, hashes), ['report'], service),
    rules: (limit) => store.list(limit),
  }
}

/** An opt-out is kept without end, so not even the last digits are kept readable with it. */
export function withoutDigits(masked: string): string {
  return masked.replace(/\d+$/, (digits) => '•'.repeat(digits.length))
}
