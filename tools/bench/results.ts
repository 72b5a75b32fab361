// What a run has measured: the file docs/performance.json, from which documents and chart are generated.

import type { GoalId } from './goals.ts'

/** `min` and `max` of the rounds; `note`: the numbers behind a ratio. */
export type Measure = { value: number; min: number; max: number; note: string }

export type Table = { title: string; head: string[]; rows: string[][] }

export type Results = {
  machine: Record<string, string>
  measures: Partial<Record<GoalId, Measure>>
  tables: Record<string, Table>
}

export type PartResults = Pick<Results, 'measures' | 'tables'>

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function measureOf(values: readonly number[], note: string): Measure {
  return { value: median(values), min: Math.min(...values), max: Math.max(...values), note }
}
