// How many challenges were created, and how they stand, over time.

import { stack } from 'd3-shape'
import { html } from 'hono/html'
import type { Status } from '../../domain/challenge.ts'
import type { Html } from '../pages/page-frame.ts'
import type { Stretch } from '../statistics-summary.ts'
import { chartOverTime, plotArea } from './plot-area.ts'

/** From the ground up. */
export const STACKED: readonly Status[] = ['approved', 'denied', 'undelivered', 'expired', 'canceled', 'pending']

export function statusColumns(stretches: readonly Stretch[], hours: boolean): Html {
  const largest = Math.max(4, ...stretches.map(({ created }) => created))
  const area = plotArea(
    stretches.map(({ at }) => at),
    largest,
  )
  const { x, y } = area
  const layers = stack<Stretch, Status>()
    .keys(STACKED)
    .value(({ byStatus }, status) => byStatus[status])([...stretches])
  const marks = html`${layers.map(
    (layer) =>
      html`<g class="fill-${layer.key}">${layer
        .filter(([low, high]) => high > low)
        .map(
          ({ 0: low, 1: high, data }) =>
            html`<rect x="${x(data.at)}" y="${y(high)}" width="${x.bandwidth()}" height="${y(low) - y(high)}" />`,
        )}</g>`,
  )}`
  return chartOverTime({ title: 'Challenges by status over time', area, label: String, hours, marks })
}
