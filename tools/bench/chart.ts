// The chart of the goals as SVG: one bar for each, as long as the goal is reached. It is drawn for a light page and for a
// dark one.

import { GOALS, type Goal, type GoalId, isMet } from './goals.ts'
import { goalText, valueText } from './result-tables.ts'
import type { PartResults } from './results.ts'

const WIDTH = 860
const TITLES = 440
const NUMBERS = 130
const ROW = 26
const TOP = 34
/** A goal that is reached twice fills the chart. */
const MOST = 2
const BARS = WIDTH - TITLES - NUMBERS

const STYLE = `
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .small { font-size: 11px; fill: #59636e }
    .met { fill: #2a7f62 }
    .missed { fill: #c4571c }
    line { stroke: #59636e; stroke-dasharray: 3 3 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .small { fill: #9198a1 }
      .met { fill: #4fb892 }
      .missed { fill: #e98a4f }
      line { stroke: #9198a1 }
    }`

export function chart(measures: PartResults['measures']): string {
  const ids = (Object.keys(GOALS) as GoalId[]).filter((id) => measures[id] !== undefined)
  const height = TOP + ids.length * ROW + 12
  const goalAt = TITLES + BARS / MOST
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    '  <title id="title">Each measure against its goal: a bar that reaches the line meets it</title>',
    `  <style>${STYLE}\n  </style>`,
    `  <text class="small" x="${goalAt}" y="16" text-anchor="middle">goal</text>`,
    ...ids.map((id, index) => bar(id, measures[id]!.value, TOP + index * ROW)),
    `  <line x1="${goalAt}" x2="${goalAt}" y1="22" y2="${height - 6}"/>`,
    '</svg>\n',
  ].join('\n')
}

function bar(id: GoalId, value: number, y: number): string {
  const goal: Goal = GOALS[id]
  const reached = goal.atLeast === undefined ? goal.atMost! / value : value / goal.atLeast
  const length = Math.max(2, (BARS * Math.min(reached, MOST)) / MOST)
  const title = goal.title.replaceAll('`', '').replaceAll('&', '&amp;')
  return [
    `  <text x="${TITLES - 10}" y="${y + 14}" text-anchor="end">${title}</text>`,
    `  <rect class="${isMet(id, value) ? 'met' : 'missed'}" x="${TITLES}" y="${y + 2}" width="${length.toFixed(0)}" height="16" rx="2"/>`,
    `  <text class="small" x="${WIDTH - NUMBERS + 8}" y="${y + 14}">${valueText(goal, value)} (${goalText(goal)})</text>`,
  ].join('\n')
}
