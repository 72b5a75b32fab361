// What a run has measured: the file docs/performance.json, from which documents and chart are generated.

import type { GoalId } from './goals.ts'

/** `min` and `max` of the rounds; `note`: the numbers behind a ratio. */
export type Measure = { value: number; min: number; max: number; note: string }

/** `keepsRows`: a row stands until another run gives one that begins alike. */
export type Table = { title: string; head: string[]; rows: string[][]; keepsRows?: true }

export type Results = {
  machine: Record<string, string>
  measures: Partial<Record<GoalId, Measure>>
  tables: Record<string, Table>
}

export type PartResults = Pick<Results, 'measures' | 'tables'>

/** A run's results over those of the runs before it. */
export function merged(earlier: PartResults, now: PartResults): PartResults {
  const tables = Object.entries(now.tables).map(([name, table]): [string, Table] => {
    const firsts = table.rows.map(([first]) => first)
    const kept = table.keepsRows ? (earlier.tables[name]?.rows ?? []) : []
    return [name, { ...table, rows: [...kept.filter(([first]) => !firsts.includes(first)), ...table.rows] }]
  })
  return {
    measures: { ...earlier.measures, ...now.measures },
    tables: { ...earlier.tables, ...Object.fromEntries(tables) },
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function measureOf(values: readonly number[], note: string): Measure {
  return { value: median(values), min: Math.min(...values), max: Math.max(...values), note }
}
