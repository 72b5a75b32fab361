// How much a machine carries, reckoned from what was measured: the table of docs/operations.md, "Capacity".

import type { Results, Table } from './results.ts'

const LOGINS_A_DAY = [1_000, 10_000, 100_000, 1_000_000, 10_000_000]

/** Of a day's logins, how many fall into its busiest second: a tenth into an hour, and twice its average into a second of it. */
const BUSIEST_SECOND = (0.1 / 3600) * 2
/** How busy the cores may be then. */
const BUSY = 0.5
const SECONDS_WAITED = 60
/** LEDGER_RETENTION where it is not set. */
const DAYS_KEPT = 400

type Figures = { cores: number; callsPerSecond: number; diskKiB: number; waiterKiB: number; instanceMiB: number }

export function figures({ machine, measures, tables }: Results): Figures {
  const [, cores] = /^(\d+) × /.exec(machine.processors ?? '') ?? []
  const callsPerSecond = tables.instances?.rows.find(([instances]) => instances === '1')?.[1]
  const [, instanceMiB] = /^(\d+) ÷ /.exec(measures.memory?.note ?? '') ?? []
  const { disk, waiter_memory } = measures
  if (!cores || !callsPerSecond || !instanceMiB || !disk || !waiter_memory)
    throw new Error('The results lack a figure that the capacity is reckoned from: run the whole benchmark.')
  return {
    cores: Number(cores),
    callsPerSecond: Number(callsPerSecond.replaceAll(',', '')),
    diskKiB: disk.value,
    waiterKiB: waiter_memory.value,
    instanceMiB: Number(instanceMiB),
  }
}

export function capacityTable(results: Results): Table {
  const { cores, callsPerSecond, diskKiB, waiterKiB } = figures(results)
  const rows = LOGINS_A_DAY.map((logins) => {
    const perSecond = logins * BUSIEST_SECOND
    const waiting = Math.ceil(perSecond * SECONDS_WAITED)
    return [
      logins.toLocaleString('en'),
      shown(perSecond),
      shown((perSecond * cores) / callsPerSecond / BUSY),
      waiting.toLocaleString('en'),
      `${shown((waiting * waiterKiB) / 1024)} MiB`,
      `${shown((logins * DAYS_KEPT * diskKiB) / 1024 ** 2)} GiB`,
    ]
  })
  const head = ['logins a day', 'calls in the busiest second', 'cores, Postgres with it', 'waiting at once']
  return { title: 'Capacity', head: [...head, 'memory for them', `disk for ${DAYS_KEPT} days`], rows }
}

export function capacitySentence(results: Results): string {
  const { cores, callsPerSecond, diskKiB, waiterKiB, instanceMiB } = figures(results)
  return (
    `Measured: ${callsPerSecond} whole calls a second on ${cores} cores, ${shown(callsPerSecond / cores)} for each; ` +
    `${shown(diskKiB)} KiB of disk for each login, with ledger and indexes;\n` +
    `${shown(waiterKiB)} KiB of memory for each client that waits; ${instanceMiB} MiB for an instance under load.\n`
  )
}

/** Two digits that count are more than such a reckoning is good for. */
function shown(number: number): string {
  if (number >= 100) return Math.round(number).toLocaleString('en')
  return number >= 10 ? number.toFixed(0) : number >= 0.1 ? number.toFixed(1) : 'under 0.1'
}
