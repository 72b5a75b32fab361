// Every request between the exchange and the app, with its answer: the latest few hundred, for the page and for tests.

import type { CarrierName } from './carrier-name.ts'
import type { SimulatorState } from './simulator-state.ts'

export type HttpLogEntry = {
  id: number
  at: string
  /** `out`: the exchange called the app. `in`: the app called the exchange. */
  direction: 'out' | 'in'
  /** `null`: the app's own webhooks, which come to the exchange in place of another app. */
  carrier: CarrierName | null
  /** What it is for, in a few words. */
  about: string
  callId: string | null
  method: string
  url: string
  headers: Record<string, string>
  body: string
  status: number | null
  contentType: string | null
  answer: string | null
  ms: number | null
  /** What an injected fault did to it, or how it failed. */
  remark: string | null
}

export type LoggedRequest = Pick<HttpLogEntry, 'carrier' | 'about' | 'callId' | 'method' | 'url' | 'headers' | 'body'>
export type LoggedResponse = { status: number; contentType: string | null; body: string }

const MAX_ENTRIES = 500
const MAX_BODY_LENGTH = 20_000

export class HttpLog {
  readonly entries: HttpLogEntry[] = []
  #simulator: SimulatorState
  #lastId = 0

  constructor(simulator: SimulatorState) {
    this.#simulator = simulator
  }

  add(direction: 'in' | 'out', request: LoggedRequest, remark: string | null): HttpLogEntry {
    const { carrier, about, callId, method, url, headers, body } = request
    const entry: HttpLogEntry = {
      id: ++this.#lastId,
      at: this.#simulator.clock.now().toISOString(),
      direction,
      carrier,
      about,
      callId,
      method,
      url,
      headers,
      body: body.slice(0, MAX_BODY_LENGTH),
      status: null,
      contentType: null,
      answer: null,
      ms: null,
      remark,
    }
    this.entries.push(entry)
    if (this.entries.length > MAX_ENTRIES) this.entries.shift()
    this.#changed(entry)
    return entry
  }

  answered(entry: HttpLogEntry, response: LoggedResponse, remark: string | null) {
    entry.status = response.status
    entry.contentType = response.contentType
    entry.answer = response.body.slice(0, MAX_BODY_LENGTH)
    entry.ms = this.#simulator.clock.now().getTime() - Date.parse(entry.at)
    entry.remark = remark
    this.#changed(entry)
  }

  failed(entry: HttpLogEntry, remark: string) {
    entry.remark = remark
    this.#changed(entry)
  }

  #changed(entry: HttpLogEntry) {
    this.#simulator.notify({ type: 'http_log', id: entry.id })
  }
}
