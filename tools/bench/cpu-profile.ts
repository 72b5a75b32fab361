// Where a V8 CPU profile spent its time: self time by function and by the package or file that the function is in.

import { readFileSync } from 'node:fs'
import type { Table } from './results.ts'

/** What `--cpu-prof` writes. Times are microseconds of the machine's monotonic clock. */
type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[]
  startTime: number
  samples: number[]
  timeDeltas: number[]
}

type Frame = Profile['nodes'][number]['callFrame']

const LINES = 25

/** System calls: on a machine whose processors are all busy, the receiver may run before they return. */
const SOCKET_WRITE = /^(writev|write(Buffer|Utf8String|Latin1String|AsciiString))$/

/** `from` and `to`: microseconds between which the work was done. */
export function profileTables(path: string, from: number, to: number): [places: Table, functions: Table] {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as Profile
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const byPlace = new Map<string, number>()
  const byFunction = new Map<string, number>()
  let at = profile.startTime
  for (const [index, sample] of profile.samples.entries()) {
    const passed = profile.timeDeltas[index]!
    at += passed
    const frame = frames.get(sample)!
    if (at < from || at > to || frame.functionName === '(idle)') continue
    const place = placeOf(frame)
    add(byPlace, place, passed)
    add(byFunction, `${frame.functionName || '(anonymous)'} | ${place}:${frame.lineNumber + 1}`, passed)
  }
  return [
    { title: 'Self time by package or file', head: ['package or file', '%'], rows: shares(byPlace) },
    {
      title: 'Self time by function',
      head: ['function', 'in', '%'],
      rows: shares(byFunction).map(([name, share]) => [...name!.split(' | '), share!]),
    },
  ]
}

function placeOf({ url, functionName }: Frame): string {
  const [, packageName] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
  if (packageName !== undefined) return packageName
  const [, file] = /\/(src\/.+)$/.exec(url) ?? []
  if (file !== undefined || url !== '') return file ?? url
  if (SOCKET_WRITE.test(functionName)) return 'writes to sockets'
  return functionName.startsWith('(') ? functionName : 'other native code'
}

function add(times: Map<string, number>, key: string, microseconds: number): void {
  times.set(key, (times.get(key) ?? 0) + microseconds)
}

/** Of the time in which the process was not idle. */
function shares(times: ReadonlyMap<string, number>): string[][] {
  const all = [...times.values()].reduce((sum, one) => sum + one, 0)
  return [...times]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, LINES)
    .map(([name, time]) => [name, ((100 * time) / all).toFixed(1)])
}
