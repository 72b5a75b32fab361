// The picture of a replay: the attack's calls and what they cost, with the guard and without.

import type { Point, Replay } from './replay-attack.ts'

const [WIDTH, HEIGHT, LEFT, TOP] = [760, 240, 56, 34]
const GAP = 56
const COLOURS = { enforce: '#0a7d4f', record: '#b3261e' }

export function attackChart(enforced: Replay, recorded: Replay): string {
  const panels = [
    panel(0, 'calls and texts of the attack', enforced, recorded, ({ attackCalls }) => attackCalls),
    panel(1, 'their cost by the default rate deck, in dollars', enforced, recorded, ({ attackCost }) => attackCost),
    panel(2, 'honest logins verified', enforced, recorded, ({ honestVerified }) => honestVerified),
  ]
  const height = 3 * (HEIGHT + GAP) + TOP
  const label = 'Calls and cost of the attack, and honest logins, over the requests of the replay'
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH + LEFT + 24} ${height}" role="img" aria-label="${label}" font-family="system-ui, sans-serif" font-size="13">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
</svg>
`
}

function panel(row: number, title: string, enforced: Replay, recorded: Replay, of: (point: Point) => number): string {
  const top = TOP + row * (HEIGHT + GAP)
  const most = Math.max(1, ...[...enforced.points, ...recorded.points].map(of))
  const line = ({ points }: Replay, colour: string, dash: string) => {
    const path = points
      .map((point, index) => {
        const x = LEFT + (index / (points.length - 1)) * WIDTH
        const y = top + HEIGHT - (of(point) / most) * HEIGHT
        return `${x.toFixed(1)},${y.toFixed(1)}`
      })
      .join(' ')
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`
  }
  const text = (x: number, y: number, words: string, rest = '') => `<text x="${x}" y="${y}"${rest}>${words}</text>`
  return [
    text(LEFT, top - 10, title, ' font-weight="600"'),
    `<path d="M${LEFT} ${top}V${top + HEIGHT}H${LEFT + WIDTH}" fill="none" stroke="#888"/>`,
    text(LEFT - 8, top + 10, String(Math.round(most)), ' text-anchor="end"'),
    text(LEFT - 8, top + HEIGHT, '0', ' text-anchor="end"'),
    text(LEFT + WIDTH, top + HEIGHT + 18, `${enforced.points.length} requests`, ' text-anchor="end"'),
    text(LEFT, top + HEIGHT + 18, 'enforce', ` fill="${COLOURS.enforce}"`),
    text(LEFT + 70, top + HEIGHT + 18, 'record (dashed)', ` fill="${COLOURS.record}"`),
    line(recorded, COLOURS.record, ' stroke-dasharray="6 4"'),
    line(enforced, COLOURS.enforce, ''),
  ].join('\n')
}
