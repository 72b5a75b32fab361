// Every change as server-sent events, for the page. Changes of one moment are sent as one.

import type { Wire } from '../simulator/http-log.ts'
import type { Line } from '../simulator/line.ts'
import type { Change, Switchboard } from '../simulator/simulator-state.ts'
import { lineView, wireView } from './views.ts'

const MOMENT_MS = 30
const HEARTBEAT_MS = 20_000
const SHOWN_WIRE = 100

export function events(board: Switchboard, wire: Wire): Response {
  const encoder = new TextEncoder()
  let leave = () => {}
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (event: string, data: unknown) =>
        controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
      const seen = new Moment(board, wire, send)
      send('hello', {
        lines: [...board.lines.values()].map(lineView),
        wire: wire.entries.slice(-SHOWN_WIRE).map(wireView),
        faults: board.faults,
        trouble: board.trouble,
      })
      const stop = board.watch((change) => seen.add(change))
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

class Moment {
  #lines = new Set<Line>()
  #wire = new Set<number>()
  #trouble = false
  #faults = false
  #timer: NodeJS.Timeout | null = null
  #send: () => void

  constructor(board: Switchboard, wire: Wire, send: (event: string, data: unknown) => void) {
    this.#send = () => {
      for (const line of this.#lines) send('line', lineView(line))
      for (const entry of wire.entries) if (this.#wire.has(entry.id)) send('wire', wireView(entry))
      if (this.#faults) send('faults', board.faults)
      if (this.#trouble) send('trouble', board.trouble)
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
