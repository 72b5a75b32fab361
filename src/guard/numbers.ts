// What the operator and the apps say of numbers. A full number is known by its hashes under every listed secret, as it is
// counted and held.

import type { Channel, E164 } from '../domain/challenge.ts'
import { numberHashes } from '../domain/one-time-codes.ts'
import { maskNumber } from '../domain/phone-number.ts'
import { redactDigits, redactNumbers } from '../log/redact.ts'
import type { AuditEntry, By } from '../store/audit-log.ts'
import type { AuditAction } from '../store/audit-schema.ts'
import type { ListedRule, NumberRules } from '../store/number-rules.ts'
import { numberKeys, prefixKey } from './number-rules.ts'
import { createRuleKeys } from './rule-keys.ts'
import { unansweredKeys } from './unanswered-calls.ts'
import { wrongCodeKeys } from './wrong-codes.ts'

/** A number, or the beginning of many. */
export type NumberOrPrefix = { number: E164 } | { prefix: string }

export type Numbers = {
  /** The operator's list. The later word on the same number or prefix counts. */
  listAs(kind: 'allow' | 'block', what: NumberOrPrefix, by: By): Promise<void>
  /** Takes it off the list, whichever it is on. */
  unlist(what: NumberOrPrefix, by: By): Promise<boolean>
  /** For every service. `channel`: by that alone. */
  optOut(number: E164, channel: Channel | null, by: By): Promise<void>
  optIn(number: E164, by: By): Promise<boolean>
  /**
   * Ends reports of fraud to one service; with `null` those to all, and what wrong codes, wrong gate keys and unanswered calls
   * have led to, for the number, for each inside line of it, and for accounts that have proved it.
   */
  unblock(number: E164, service: string | null, by: By): Promise<boolean>
  rules(limit: number): Promise<ListedRule[]>
}

export function createNumbers(store: NumberRules, secrets: readonly string[]): Numbers {
  const ruleKeys = createRuleKeys(secrets)
  const hashes = (text: string) => numberHashes(secrets, text)
  const keysOf = (what: NumberOrPrefix) =>
    'prefix' in what ? [prefixKey(what.prefix)] : numberKeys(what.number, hashes)
  const newKeysOf = (what: NumberOrPrefix) =>
    'prefix' in what ? [prefixKey(what.prefix)] : ruleKeys('number', what.number)
  // A number is masked whole: the entry outlives what retention leaves of it elsewhere.
  const entry = (action: AuditAction, what: NumberOrPrefix, by: By, detail: AuditEntry['detail'] = {}): AuditEntry => ({
    ...by,
    action,
    target: keysOf(what)[0]!,
    detail: 'prefix' in what ? detail : { number: withoutDigits(maskNumber(what.number)), ...detail },
  })

  return {
    listAs(kind, what, by) {
      const shown = 'prefix' in what ? shownPrefix(what.prefix) : maskNumber(what.number)
      const rule = { keys: newKeysOf(what), kind, forService: '', forChannel: '', shown, seconds: null } as const
      const action = kind === 'allow' ? 'number.allowed' : 'number.blocked'
      return store.add({ ...rule, reason: by.reason && redactNumbers(by.reason) }, entry(action, what, by))
    },
    unlist: (what, by) => store.remove(keysOf(what), ['allow', 'block'], null, entry('number.unlisted', what, by)),
    optOut(number, channel, by) {
      const rule = {
        keys: newKeysOf({ number }),
        kind: 'opt_out',
        forService: '',
        forChannel: channel ?? '',
        shown: withoutDigits(maskNumber(number)),
        reason: by.reason && redactDigits(by.reason),
        seconds: null,
      } as const
      return store.add(rule, entry('number.opted_out', { number }, by, { channel }))
    },
    optIn: (number, by) =>
      store.remove(numberKeys(number, hashes), ['opt_out'], null, entry('number.opted_in', { number }, by)),
    unblock(number, service, by) {
      const audit = entry('number.unblocked', { number }, by, { service })
      const keys = numberKeys(number, hashes)
      if (service !== null) return store.remove(keys, ['report'], service, audit)
      const own = hashes(number)
      return store.unblock({ keys, failures: [...wrongCodeKeys(own), ...unansweredKeys(own)], gates: own }, audit)
    },
    rules: (limit) => store.list(limit),
  }
}

/** One that leaves a digit or two open is almost a number, and is said in refusals. */
function shownPrefix(prefix: string): string {
  return prefix.length < 11 ? prefix : maskNumber(prefix as E164)
}

/** An opt-out is kept without end, so not even the last digits are kept readable with it. */
export function withoutDigits(masked: string): string {
  return masked.replace(/\d+$/, (digits) => '•'.repeat(digits.length))
}
