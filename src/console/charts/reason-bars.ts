// Why challenges were not approved, the commonest first.

import { scaleLinear } from 'd3-scale'
import { html } from 'hono/html'
import type { Outcome } from '../../domain/challenge.ts'
import { REASON_WORDS } from '../pages/challenge-words.ts'
import type { Html } from '../pages/page-frame.ts'
import { WIDTH } from './plot-area.ts'

const ROW = 28
const NAMES = 208
const COUNTS = 52

export function reasonBars(failures: readonly [Outcome['reason'], number][]): Html {
  const largest = Math.max(...failures.map(([, count]) => count))
  const length = scaleLinear()
    .domain([0, largest])
    .range([0, WIDTH - NAMES - COUNTS])
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${failures.length * ROW}" role="img" aria-label="Why challenges were not approved">
      ${failures.map(
        (
          [reason, count],
          index,
        ) => html`<text x="${NAMES - 10}" y="${index * ROW + 19}" text-anchor="end">${REASON_WORDS[reason]}</text>
      <rect class="fill-undelivered" x="${NAMES}" y="${index * ROW + 5}" width="${Math.max(2, length(count))}" height="${ROW - 10}" rx="4" />
      <text x="${NAMES + Math.max(2, length(count)) + 8}" y="${index * ROW + 19}">${count}</text>`,
      )}
    </svg>`
}
