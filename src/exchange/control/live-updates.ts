// Every change as server-sent events, for the page. Changes of one moment are sent as one.

import type { HttpLog } from '../simulator/http-log.ts'
import type { Line } from '../simulator/line.ts'
import type { Change, SimulatorState } from '../simulator/simulator-state.ts'
import { httpLogView, lineView, violationView } from './views.ts'

const MOMENT_MS = 30
const HEARTBEAT_MS = 20_000
const SHOWN_WIRE = 100

export function liveUpdates(simulator: SimulatorState, httpLog: HttpLog): Response {
  const encoder = new TextEncoder()
  let leave = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: string, data: unknown) =>
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
      const seen = new UpdateBatch(simulator, httpLog, send)
      send('hello', {
        lines: [...simulator.lines.values()].map(lineView),
        wire: httpLog.entries.slice(-SHOWN_WIRE).map(httpLogView),
        faults: simulator.violations.map(violationView),
        trouble: simulator.injectedFaults,
      })
      const stop = simulator.subscribe((change) => seen.add(change))
      const heartbeat = setInterval(() => controller.enqueue(encoder.encode(':\n\n')), HEARTBEAT_MS).unref()
      leave = () => {
        stop()
        seen.drop()
        clearInterval(heartbeat)
      }
    },
    cancel: () => leave(),
  })
  return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
}

class UpdateBatch {
  #lines = new Set<Line>()
  #wire = new Set<number>()
  #trouble = false
  #faults = false
  #timer: NodeJS.Timeout | null = null
  #send: () => void

  constructor(simulator: SimulatorState, httpLog: HttpLog, send: (event: string, data: unknown) => void) {
    this.#send = () => {
      for (const line of this.#lines) send('line', lineView(line))
      for (const entry of httpLog.entries) if (this.#wire.has(entry.id)) send('wire', httpLogView(entry))
      if (this.#faults) send('faults', simulator.violations.map(violationView))
      if (this.#trouble) send('trouble', simulator.injectedFaults)
    }
  }

  add(change: Change) {
    if (change.type === 'line') this.#lines.add(change.line)
    if (change.type === 'wire') this.#wire.add(change.id)
    if (change.type === 'faults') this.#faults = true
    if (change.type === 'trouble') this.#trouble = true
    this.#timer ??= setTimeout(() => this.#flush(), MOMENT_MS)
  }

  drop() {
    if (this.#timer) clearTimeout(this.#timer)
  }

  #flush() {
    this.#send()
    this.#timer = null
    this.#lines.clear()
    this.#wire.clear()
    this.#faults = false
    this.#trouble = false
  }
}
