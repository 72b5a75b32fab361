// The axes that the charts over time have in common. Drawn on the server, so that they need no script; the colours are the
// style sheet's, so that they fit light and dark.

import { type ScaleBand, type ScaleLinear, scaleBand, scaleLinear } from 'd3-scale'
import { html } from 'hono/html'
import type { Html } from '../pages/page-frame.ts'

/** On a telephone a unit is 0.7 px, on a wide screen a little more than 1. */
export const WIDTH = 480
const HEIGHT = 220
const LEFT = 50
const RIGHT = 8
const TOP = 10
const BOTTOM = 26
/** About so many. */
export const AXIS_TICKS = 4
const MOST_LABELS = 6
const HALF_LABEL = 24

export type PlotArea = { x: ScaleBand<number>; y: ScaleLinear<number, number> }

export function plotArea(times: readonly number[], largest: number): PlotArea {
  return {
    x: scaleBand<number>()
      .domain([...times])
      .range([LEFT, WIDTH - RIGHT])
      .paddingInner(0.25),
    y: scaleLinear()
      .domain([0, largest])
      .nice(AXIS_TICKS)
      .range([HEIGHT - BOTTOM, TOP]),
  }
}

/** `isWhole`: what is counted has no halves. */
type Chart = {
  title: string
  area: PlotArea
  label: (value: number) => string
  hours: boolean
  isWhole?: boolean
  marks: Html
}

export function chartOverTime({ title, area: { x, y }, label, hours, isWhole = true, marks }: Chart): Html {
  const every = Math.ceil(x.domain().length / MOST_LABELS)
  const ticks = y.ticks(AXIS_TICKS).filter((tick) => !isWhole || Number.isInteger(tick))
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">
      ${ticks.map(
        (tick) => html`<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}" />
      <text class="axis" x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end">${label(tick)}</text>`,
      )}
      ${x
        .domain()
        .filter((_, index) => index % every === 0)
        .map((at) => {
          const middle = x(at)! + x.bandwidth() / 2
          const isAtTheEdge = middle > WIDTH - HALF_LABEL
          return html`<text class="axis" x="${isAtTheEdge ? WIDTH : middle}" y="${HEIGHT - 8}" text-anchor="${isAtTheEdge ? 'end' : 'middle'}">${timeLabel(at, hours)}</text>`
        })}
      ${marks}
    </svg>`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** In UTC: `14:00`, or `27 Nov`. */
export function timeLabel(at: number, hours: boolean): string {
  const time = new Date(at)
  return hours ? time.toISOString().slice(11, 16) : `${time.getUTCDate()} ${MONTHS[time.getUTCMonth()]}`
}
