// The rules for numbers in memory, by the same rules as the statements of src/store/number-rules.ts.

import {
  drawRuleId,
  type NewRule,
  type NumberRules,
  type RuleQuestion,
  rows,
  type StandingRule,
} from '../../src/store/number-rules.ts'
import { isOrBehind, type MemoryFailures } from './memory-failures.ts'
import type { MemoryLimits } from './memory-limits.ts'

type Row = Omit<NewRule, 'keys' | 'seconds'> & { key: string; ruleId: string; createdAt: number; until: number | null }

export type MemoryNumberRules = NumberRules & {
  /** Within a statement that starts a delivery: the rule that refuses it. */
  standing(question: RuleQuestion, lockKeys: readonly string[]): StandingRule | null
  /** Within the same: the operator's list allows the number. */
  isAllowed(question: RuleQuestion): boolean
  isReported(numberHash: string, service: string): boolean
  /** Within the statement that counts so many wrong codes. */
  disable(keys: readonly string[], shown: string, count: number): void
  /** Within the statement that proves the number. */
  enable(keys: readonly string[]): void
  /** Within the statement that changes the challenge. */
  learn(rules: readonly NewRule[]): void
}

export function memoryNumberRules(
  now: () => number,
  failures: Pick<MemoryFailures, 'clear'>,
  limits: Pick<MemoryLimits, 'clearGates'>,
): MemoryNumberRules {
  const kept = new Map<string, Row>()
  const nameOf = ({ key, kind, forService, forChannel }: Pick<Row, 'key' | 'kind' | 'forService' | 'forChannel'>) =>
    [key, kind, forService, forChannel].join(' ')
  const holding = () => [...kept.values()].filter(({ until }) => until === null || until > now())
  const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

  function learn(rules: readonly NewRule[]): void {
    for (const { key, ruleId, kind, forService, forChannel, shown, reason, seconds } of rows(rules)) {
      const until = seconds === null ? null : now() + seconds * 1000
      const rule = { key, ruleId, kind, forService, forChannel, shown, reason, createdAt: now(), until }
      kept.set(nameOf(rule), rule)
    }
  }

  /** Every key of the rules of which one is meant: whether any held. */
  function removed(isMeant: (row: Row) => boolean): boolean {
    const ruleIds = [...kept.values()].filter(isMeant).map(({ ruleId }) => ruleId)
    const found = [...kept].filter(([, row]) => ruleIds.includes(row.ruleId))
    const held = found.some(([, row]) => holding().includes(row))
    for (const [name] of found) kept.delete(name)
    return held
  }

  function mostSpecific(rules: Row[]): Row | null {
    const weight = ({ key }: Row) => (key.startsWith('number:') ? 1_000 : 0) + key.length
    const listed = rules.filter(({ kind }) => kind === 'allow' || kind === 'block')
    return listed.sort((one, other) => weight(other) - weight(one) || other.createdAt - one.createdAt)[0] ?? null
  }

  return {
    learn,
    standing({ keys, service, channel }, lockKeys) {
      const rules = holding().filter(
        ({ key, kind, forService, forChannel }) =>
          keys.includes(key) &&
          (kind !== 'wrong_codes' || lockKeys.includes(key)) &&
          ['', service].includes(forService) &&
          ['', channel].includes(forChannel),
      )
      const listed = mostSpecific(rules)
      const refusing = [
        ...rules.filter(({ kind }) => kind === 'report' || kind === 'opt_out' || kind === 'wrong_codes'),
        ...(listed?.kind === 'block' ? [listed] : []),
      ]
      const [first] = refusing.sort((one, other) => (one.until ?? 0) - (other.until ?? 0))
      return first ? { rule: first.kind as StandingRule['rule'], shown: first.shown, until: iso(first.until) } : null
    },
    isAllowed: ({ keys }) => mostSpecific(holding().filter(({ key }) => keys.includes(key)))?.kind === 'allow',
    disable(keys, shown, count) {
      const rule = {
        kind: 'wrong_codes',
        forService: '',
        forChannel: '',
        reason: `${count} wrong codes in a row`,
      } as const
      const ruleId = drawRuleId()
      for (const key of keys) {
        const whose = key.includes(';account=')
          ? ' (an account that has proved it)'
          : key.includes(';ext=')
            ? ' (an inside line)'
            : ''
        if (!kept.has(nameOf({ ...rule, key })))
          kept.set(nameOf({ ...rule, key }), {
            ...rule,
            key,
            shown: `${shown}${whose}`,
            ruleId,
            createdAt: now(),
            until: null,
          })
      }
    },
    enable(keys) {
      for (const [name, { key, kind }] of kept) if (kind === 'wrong_codes' && keys.includes(key)) kept.delete(name)
    },
    isReported: (numberHash, service) =>
      holding().some(
        (rule) => rule.key === `number:${numberHash}` && rule.kind === 'report' && rule.forService === service,
      ),

    async add(rule) {
      const added = new Set(rows([rule]).map(({ key }) => key))
      const opposite = { allow: 'block', block: 'allow' }[rule.kind as string]
      const isSame = ({ kind, forService, forChannel }: Row) =>
        kind === rule.kind && forService === rule.forService && forChannel === rule.forChannel
      const before = [...kept.values()].filter((row) => added.has(row.key) && (row.kind === opposite || isSame(row)))
      for (const { ruleId } of before)
        for (const [name, row] of kept)
          if (row.ruleId === ruleId && (row.kind === opposite || !added.has(row.key))) kept.delete(name)
      learn([rule])
    },
    async remove(keys, kinds, forService) {
      return removed(
        ({ key, kind, forService: of }) =>
          keys.includes(key) && kinds.includes(kind) && (forService === null || of === forService),
      )
    },
    async unblock({ keys, failures: failing, gates }) {
      const held = [
        removed(({ key, kind }) =>
          kind === 'report' ? keys.includes(key) : kind === 'wrong_codes' && isOrBehind(key, failing),
        ),
        failures.clear(failing),
        limits.clearGates(gates),
      ]
      return held.includes(true)
    },
    allows: async (keys) => mostSpecific(holding().filter(({ key }) => keys.includes(key)))?.kind === 'allow',
    async list(limit) {
      const lines = holding().map(({ key: _, ruleId: __, createdAt, until, ...row }) => ({
        ...row,
        createdAt: iso(createdAt)!,
        until: iso(until),
      }))
      const distinct = new Map(lines.map((line) => [JSON.stringify(line), line]))
      return [...distinct.values()].sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)).slice(0, limit)
    },
    // A run has one secret.
    lacking: async () => [],
    addKey: async () => {},
    deleteKeysOfOthers: async () => {},
    async sweep() {
      for (const [name, { until }] of kept) if (until !== null && until < now()) kept.delete(name)
    },
  }
}
