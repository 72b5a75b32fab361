import { type SeriesPoint, stack } from 'd3-shape'
import { html } from 'hono/html'
import type { Html } from '../pages/page-frame.ts'
import type { PlotArea } from './plot-area.ts'

/** A column for each of `rows`, with a part for each of `keys`, from the ground up. */
export function stackedColumns<Row extends { at: number }, Key extends string>(
  { x, y }: PlotArea,
  rows: readonly Row[],
  keys: readonly Key[],
  value: (row: Row, key: Key) => number,
): Html {
  const layers = stack<Row, Key>().keys(keys).value(value)([...rows])
  const part = ({ 0: low, 1: high, data }: SeriesPoint<Row>) =>
    html`<rect x="${x(data.at)}" y="${y(high)}" width="${x.bandwidth()}" height="${y(low) - y(high)}" />`
  return html`${layers.map(
    (layer) =>
      html`<g class="fill-${layer.key}">${layer.filter(([low, high]) => high > low).map((point) => part(point))}</g>`,
  )}`
}
