// What calls and texts cost, day by day.

import { stack } from 'd3-shape'
import { html } from 'hono/html'
import type { Channel } from '../../domain/challenge.ts'
import type { Html } from '../pages/page-frame.ts'
import type { DaySpent } from '../spending-summary.ts'
import { AXIS_TICKS, chartOverTime, plotArea } from './plot-area.ts'

/** From the ground up. */
export const CHANNELS: readonly Channel[] = ['call', 'sms']

export function moneyColumns(days: readonly DaySpent[]): Html {
  const largest = Math.max(0.01, ...days.map(({ call, sms }) => Math.max(0, call.cost) + Math.max(0, sms.cost)))
  const area = plotArea(
    days.map(({ at }) => at),
    largest,
  )
  const { x, y } = area
  const layers = stack<DaySpent, Channel>()
    .keys(CHANNELS)
    .value((day, channel) => Math.max(0, day[channel].cost))([...days])
  const marks = html`${layers.map(
    (layer) =>
      html`<g class="fill-${layer.key}">${layer
        .filter(([low, high]) => high > low)
        .map(
          ({ 0: low, 1: high, data }) =>
            html`<rect x="${x(data.at)}" y="${y(high)}" width="${x.bandwidth()}" height="${y(low) - y(high)}" />`,
        )}</g>`,
  )}`
  const [first = 0, second = 1] = y.ticks(AXIS_TICKS)
  // So many that no two labels are alike.
  const decimals = Math.max(2, Math.ceil(-Math.log10(second - first) - 1e-9))
  const label = (value: number) => (largest < 10 ? value.toFixed(decimals) : String(value))
  return chartOverTime({ title: 'Cost of calls and texts by day', area, label, hours: false, isWhole: false, marks })
}
