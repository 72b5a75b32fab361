// Every change as server-sent events, for the page. Changes within 30 ms are sent together.

import type { CarrierName } from '../simulator/carrier-name.ts'
import type { HttpLog } from '../simulator/http-log.ts'
import type { Line } from '../simulator/line.ts'
import type { Change, SimulatorState } from '../simulator/simulator-state.ts'
import { TEST_NUMBERS } from '../simulator/test-numbers.ts'
import { httpLogView, lineView, testNumberView, violationView } from './views.ts'

const BATCH_MS = 30
const HEARTBEAT_MS = 20_000
const SHOWN_LOG_ENTRIES = 100

export type PageLink = { text: string; href: string }
/** What the page shows and no change alters. */
export type PageParts = { companies: CarrierName[]; links: PageLink[] }

export function liveUpdates(simulator: SimulatorState, httpLog: HttpLog, page: PageParts): Response {
  const encoder = new TextEncoder()
  let close = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: string, data: unknown) =>
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
      const batch = new UpdateBatch(simulator, httpLog, send)
      send('hello', {
        lines: [...simulator.lines.values()].map(lineView),
        wire: httpLog.entries.slice(-SHOWN_LOG_ENTRIES).map(httpLogView),
        faults: simulator.violations.map(violationView),
        trouble: simulator.injectedFaults,
        ...page,
        test_numbers: TEST_NUMBERS.map(testNumberView),
      })
      const stop = simulator.subscribe((change) => batch.add(change))
      const heartbeat = setInterval(() => controller.enqueue(encoder.encode(':\n\n')), HEARTBEAT_MS).unref()
      close = () => {
        stop()
        batch.drop()
        clearInterval(heartbeat)
      }
    },
    cancel: () => close(),
  })
  return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
}

class UpdateBatch {
  #lines = new Set<Line>()
  #logIds = new Set<number>()
  #injectedFaults = false
  #violations = false
  #timer: NodeJS.Timeout | null = null
  #send: () => void

  constructor(simulator: SimulatorState, httpLog: HttpLog, send: (event: string, data: unknown) => void) {
    this.#send = () => {
      for (const line of this.#lines) send('line', lineView(line))
      for (const entry of httpLog.entries) if (this.#logIds.has(entry.id)) send('wire', httpLogView(entry))
      if (this.#violations) send('faults', simulator.violations.map(violationView))
      if (this.#injectedFaults) send('trouble', simulator.injectedFaults)
    }
  }

  add(change: Change) {
    if (change.type === 'line') this.#lines.add(change.line)
    if (change.type === 'http_log') this.#logIds.add(change.id)
    if (change.type === 'violations') this.#violations = true
    if (change.type === 'injected_faults') this.#injectedFaults = true
    this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS)
  }

  drop() {
    if (this.#timer) clearTimeout(this.#timer)
  }

  #flush() {
    this.#send()
    this.#timer = null
    this.#lines.clear()
    this.#logIds.clear()
    this.#violations = false
    this.#injectedFaults = false
  }
}
