// Conversion and answer rate over time. Where nothing was counted the line has a gap.

import { line } from 'd3-shape'
import { html } from 'hono/html'
import type { Html } from '../pages/page-frame.ts'
import type { Share, Stretch } from '../statistics-summary.ts'
import { chartOverTime, plotArea } from './plot-area.ts'

export const RATES = [
  { key: 'approved', text: 'Conversion' },
  { key: 'answered', text: 'Calls answered' },
  { key: 'arrived', text: 'Texts arrived' },
] as const

export function rateLines(stretches: readonly Stretch[], hours: boolean): Html {
  const area = plotArea(
    stretches.map(({ at }) => at),
    100,
  )
  const { x, y } = area
  const middle = (at: number) => x(at)! + x.bandwidth() / 2
  const marks = html`${RATES.map(({ key }) => {
    const path = line<Stretch>()
      .defined((stretch) => stretch[key].of > 0)
      .x(({ at }) => middle(at))
      .y((stretch) => y(percent(stretch[key])))([...stretches])
    return html`<g class="line-${key}"><path d="${path ?? ''}" />${stretches
      .filter((stretch) => stretch[key].of > 0)
      .map((stretch) => html`<circle cx="${middle(stretch.at)}" cy="${y(percent(stretch[key]))}" r="2.6" />`)}</g>`
  })}`
  const title = 'Conversion, calls answered and texts arrived over time, in percent'
  return chartOverTime({ title, area, label: (value) => `${value}%`, hours, marks })
}

function percent({ count, of }: Share): number {
  return (100 * count) / of
}
