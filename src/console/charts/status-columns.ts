// How many challenges were created, and how they stand, over time.

import type { Status } from '../../domain/challenge.ts'
import type { Html } from '../pages/page-frame.ts'
import type { Stretch } from '../statistics-summary.ts'
import { chartOverTime, plotArea } from './plot-area.ts'
import { stackedColumns } from './stacked-columns.ts'

/** From the ground up. */
export const STACKED: readonly Status[] = ['approved', 'denied', 'undelivered', 'expired', 'canceled', 'pending']

export function statusColumns(stretches: readonly Stretch[], hours: boolean): Html {
  const largest = Math.max(4, ...stretches.map(({ created }) => created))
  const area = plotArea(
    stretches.map(({ at }) => at),
    largest,
  )
  const marks = stackedColumns(area, stretches, STACKED, ({ byStatus }, status) => byStatus[status])
  return chartOverTime({ title: 'Challenges by status over time', area, label: String, hours, marks })
}
