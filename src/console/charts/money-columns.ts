// What calls and texts cost, day by day.

import type { Channel } from '../../domain/challenge.ts'
import type { Html } from '../pages/page-frame.ts'
import type { DaySpent } from '../spending-summary.ts'
import { AXIS_TICKS, chartOverTime, plotArea } from './plot-area.ts'
import { stackedColumns } from './stacked-columns.ts'

/** From the ground up. */
export const CHANNELS: readonly Channel[] = ['call', 'sms']

export function moneyColumns(days: readonly DaySpent[]): Html {
  const largest = Math.max(0.01, ...days.map(({ call, sms }) => Math.max(0, call.cost) + Math.max(0, sms.cost)))
  const area = plotArea(
    days.map(({ at }) => at),
    largest,
  )
  const marks = stackedColumns(area, days, CHANNELS, (day, channel) => Math.max(0, day[channel].cost))
  const [first = 0, second = 1] = area.y.ticks(AXIS_TICKS)
  // So many that no two labels are alike.
  const decimals = Math.max(2, Math.ceil(-Math.log10(second - first) - 1e-9))
  const label = (value: number) => (largest < 10 ? value.toFixed(decimals) : String(value))
  return chartOverTime({ title: 'Cost of calls and texts by day', area, label, hours: false, isWhole: false, marks })
}
