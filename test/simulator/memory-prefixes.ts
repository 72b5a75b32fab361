// What is counted of prefixes in memory, by the same rules as the statements of src/store/prefix-traffic.ts. Nothing grows
// so old in a run that it would be forgotten, or weigh less.

import {
  CONVERSION,
  NEIGHBOURS,
  type PrefixBlock,
  type PrefixQuestion,
  type PrefixTraffic,
} from '../../src/store/prefix-traffic.ts'

type Row = Pick<PrefixQuestion, 'region'> & {
  started: number
  verified: number
  failed: number
  neighbours: number
  suffixes: number[]
  block: { by: PrefixBlock['by']; until: number } | null
}

/** `isRefused`: its rule is enforced, and who asks is not exempt. */
type Asked = { block: PrefixBlock; isRefused: boolean } | null

export type MemoryPrefixes = PrefixTraffic & {
  /** Within a statement that starts a delivery: what stands against it. */
  asked(question: PrefixQuestion | null | undefined, isExempt: boolean): Asked
  /** Within the same, when it begins. */
  count(question: PrefixQuestion | null | undefined): void
  standing(prefix: string): PrefixBlock['by'] | null
  of(prefix: string): Row | undefined
}

export function memoryPrefixes(now: () => number): MemoryPrefixes {
  const rows = new Map<string, Row>()
  const blockOf = (row: Row | undefined) => (row?.block && row.block.until > now() ? row.block : null)
  const modeOf = ({ conversion, neighbours }: PrefixQuestion, by: string) =>
    by === 'neighbours' ? neighbours : conversion

  /** The rule that its counts lead to. */
  function reached({ started, verified, neighbours }: Row, question: PrefixQuestion): PrefixBlock['by'] | null {
    const isLow = (of: number) => verified * CONVERSION.oneIn < of
    if (question.conversion !== 'off' && started >= CONVERSION.calls && isLow(started)) return 'conversion'
    const isRun = neighbours >= NEIGHBOURS.calls - 1 && isLow(neighbours + 1)
    return question.neighbours !== 'off' && isRun ? 'neighbours' : null
  }

  return {
    asked(question, isExempt) {
      const block = question ? blockOf(rows.get(question.prefix)) : null
      if (!question || !block) return null
      const { by, until } = block
      return {
        block: { by, prefix: question.prefix, until: new Date(until).toISOString() },
        isRefused: modeOf(question, by) === 'enforce' && !isExempt,
      }
    },
    count(question) {
      if (!question || question.suffix === null) return
      const { prefix, region, suffix } = question
      const row = rows.get(prefix) ?? {
        ...{ region, started: 0, verified: 0, failed: 0, neighbours: 0, suffixes: [], block: null },
      }
      const standing = blockOf(row)
      if (standing && modeOf(question, standing.by) !== 'enforce') return
      const isNear = row.suffixes.some((one) => one !== suffix && Math.abs(one - suffix) <= NEIGHBOURS.distance)
      const counted: Row = {
        ...row,
        started: row.started + 1,
        neighbours: row.neighbours + (isNear ? 1 : 0),
        suffixes: [...row.suffixes, suffix].slice(-NEIGHBOURS.among),
      }
      const by = reached(counted, question)
      const block = by && { by, until: now() + CONVERSION.blockSeconds * 1000 }
      // What had been the first is judged as well, which one is never enough for.
      rows.set(prefix, { ...counted, block: standing ?? block })
    },
    standing: (prefix) => blockOf(rows.get(prefix))?.by ?? null,
    of: (prefix) => rows.get(prefix),
    async note(outcomes) {
      for (const { prefix, verified, failed, unrung } of outcomes) {
        const row = rows.get(prefix)
        if (!row) continue
        const after: Row = {
          ...row,
          started: Math.max(0, row.started - unrung),
          verified: row.verified + verified,
          failed: row.failed + failed,
        }
        const ofAll = after.block?.by === 'neighbours' ? after.neighbours + 1 : Math.max(after.started, 1)
        const isEnough = after.block?.by === 'neighbours' || after.started >= CONVERSION.calls
        const stands = isEnough && after.verified * CONVERSION.oneIn < ofAll
        rows.set(prefix, { ...after, block: stands ? after.block : null })
      }
    },
    async blocked(limit) {
      const found = [...rows].flatMap(([prefix, { suffixes: _, block, ...counts }]) =>
        block && block.until > now() ? [{ prefix, ...counts, rule: block.by, at: block.until }] : [],
      )
      return found
        .toSorted((one, other) => other.at - one.at)
        .slice(0, limit)
        .map(({ at, ...one }) => ({ ...one, until: new Date(at).toISOString() }))
    },
    find: async () => null,
    async forget(prefix) {
      rows.delete(prefix)
    },
    async sweep() {},
  }
}
