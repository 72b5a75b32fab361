// Results as text: a line for each goal, and the tables of what has no goal.

import { GOALS, type Goal, type GoalId, isMet } from './goals.ts'
import type { Measure, PartResults, Table } from './results.ts'

export function goalsTable(measures: PartResults['measures']): Table {
  const rows = (Object.keys(GOALS) as GoalId[]).flatMap((id) => {
    const measure = measures[id]
    return measure ? [goalRow(id, measure)] : []
  })
  return { title: 'Goals', head: ['measure', 'goal', 'measured', 'min–max', '', 'of'], rows }
}

function goalRow(id: GoalId, { value, min, max, note }: Measure): string[] {
  const goal: Goal = GOALS[id]
  const range = min === max ? '' : `${valueText(goal, min)}–${valueText(goal, max)}`
  return [goal.title, goalText(goal), valueText(goal, value), range, isMet(id, value) ? 'met' : '**not met**', note]
}

export function goalText(goal: Goal): string {
  const unit = goal.unit === 'KiB' ? ' KiB' : goal.unit === 'seconds' ? ' s' : ''
  return goal.atLeast === undefined ? `≤ ${goal.atMost}${unit}` : `≥ ${goal.atLeast}${unit}`
}

export function valueText({ unit }: Goal, value: number): string {
  if (unit === 'ratio') return value.toFixed(2)
  return unit === 'transactions' ? value.toFixed(1) : `${value.toFixed(2)} ${unit === 'seconds' ? 's' : unit}`
}

export function markdown({ head, rows }: Table): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`
  return [head, head.map((_, index) => (index === 0 ? '---' : '--:')), ...rows].map(line).join('')
}

export function printed(results: PartResults): string {
  const tables = [goalsTable(results.measures), ...Object.values(results.tables)]
  return tables
    .filter(({ rows }) => rows.length > 0)
    .map((table) => `${table.title}\n\n${markdown(table)}`)
    .join('\n')
}
