// Replays a synthetic attack beside honest logins, with the guard's rules enforced and recorded, and prints what came of it:
// npm run attack. With --write it goes into docs/guard.md, with the picture docs/attack.svg.

import '../../src/config/node-version.js'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { attackChart } from './attack-chart.ts'
import { report, withReport } from './attack-report.ts'
import { replayAttack } from './replay-attack.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, write: { type: 'boolean', default: false } },
})
const seed = Number(values.seed)
const enforced = await replayAttack('enforce', seed, 1)
const recorded = await replayAttack('record', seed, 1)
console.log(report(enforced, recorded))
if (values.write) {
  const file = (path: string) => new URL(`../../docs/${path}`, import.meta.url)
  writeFileSync(file('guard.md'), withReport(readFileSync(file('guard.md'), 'utf8'), enforced, recorded))
  writeFileSync(file('attack.svg'), attackChart(enforced, recorded))
}
