// Everything the exchange knows: lines, calls, messages, and what has gone wrong. All of it in memory, and bounded.

import type { Order } from './call.ts'
import { Call } from './call.ts'
import type { Company } from './carrier-name.ts'
import type { Clock } from './clock.ts'
import type { Trouble, TroublePatch } from './fault-injection.ts'
import { noTrouble } from './fault-injection.ts'
import { Line } from './line.ts'
import type { Message } from './message.ts'
import { Work } from './pending-tasks.ts'

/** Something an app did that its company would not put up with. A test asserts that there were none. */
export type Fault = {
  at: string
  company: Company | 'exchange'
  code: number | string | null
  message: string
  callId: string | null
}

export type Change =
  | { type: 'line'; line: Line }
  | { type: 'wire'; id: number }
  | { type: 'faults' }
  | { type: 'trouble' }

const CALLS = 200
const MESSAGES = 200
const FAULTS = 200
const LINES = 500
const DIALLING_MS = 900

export class Switchboard {
  readonly clock: Clock
  readonly speed: number
  readonly work = new Work()
  readonly lines = new Map<string, Line>()
  readonly calls: Call[] = []
  readonly messages: Message[] = []
  readonly faults: Fault[] = []
  readonly trouble: Trouble = noTrouble()
  #watchers = new Set<(change: Change) => void>()

  constructor(clock: Clock, speed: number) {
    this.clock = clock
    this.speed = speed
  }

  line(number: string): Line {
    const known = this.lines.get(number)
    if (known) return known
    this.#forgetLines()
    const line = new Line(number)
    this.lines.set(number, line)
    return line
  }

  /** Takes a call on. It is dialled as soon as whoever asked has had an answer. */
  dial(order: Order): Call {
    const line = this.line(order.to)
    const call = new Call(order, {
      clock: this.clock,
      speed: this.speed,
      changed: () => this.changed({ type: 'line', line }),
      broke: (_, error) => this.fault(order.company, null, String(error), order.id),
    })
    const behaviour = line.upcoming.shift() ?? 'ring'
    this.calls.push(call)
    line.calls.push(call)
    this.#forget(this.calls, CALLS, (old) => old.state === 'ended')
    this.changed({ type: 'line', line })
    this.soon(async () => {
      if (call.state === 'queued') order.program.progress(call)
      await call.pass(DIALLING_MS)
      if (call.state === 'queued') await line.receive(call, behaviour)
    })
    return call
  }

  /** Once whoever asked for it has had an answer. */
  soon(act: () => Promise<void>) {
    const begun = this.work.start()
    setImmediate(() => {
      act().catch((error) => this.fault('exchange', null, String(error), null))
      begun()
    })
  }

  /** Time taken by the exchange's own doings, which the speed shortens. */
  pass(ms: number): Promise<void> {
    const real = ms / this.speed
    return real < 1 ? Promise.resolve() : new Promise((resolve) => this.clock.after(real, resolve))
  }

  make(patch: TroublePatch) {
    Object.assign(this.trouble.status, patch.status)
    Object.assign(this.trouble.documents, patch.documents)
    Object.assign(this.trouble.requests, patch.requests)
    this.changed({ type: 'trouble' })
  }

  /** What hinders the app's requests to that company. */
  hindrance(company: Company): Trouble['requests'] {
    const { requests } = this.trouble
    return requests.company === null || requests.company === company ? requests : noTrouble().requests
  }

  post(message: Message) {
    const line = this.line(message.to)
    this.messages.push(message)
    line.messages.push(message)
    this.#forget(this.messages, MESSAGES, () => true)
    this.changed({ type: 'line', line })
  }

  fault(company: Fault['company'], code: Fault['code'], message: string, callId: string | null) {
    const fault = { at: this.clock.now().toISOString(), company, code, message, callId }
    this.faults.push(fault)
    if (this.faults.length > FAULTS) this.faults.shift()
    this.changed({ type: 'faults' })
  }

  forgive() {
    this.faults.length = 0
    this.changed({ type: 'faults' })
  }

  changed(change: Change) {
    for (const watcher of this.#watchers) watcher(change)
  }

  watch(watcher: (change: Change) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  #forget<T extends Call | Message>(all: T[], limit: number, mayGo: (item: T) => boolean) {
    if (all.length <= limit) return
    const position = all.findIndex(mayGo)
    const old = all[position]
    if (!old) return
    all.splice(position, 1)
    const line = this.line(old.to)
    line.calls = line.calls.filter((call) => call !== old)
    line.messages = line.messages.filter((message) => message !== old)
  }

  /** Those that nothing has happened on, or no longer, and nothing is arranged for. */
  #forgetLines() {
    if (this.lines.size <= LINES) return
    for (const [number, line] of this.lines) {
      const { calls, messages, upcoming, receipts } = line
      if (calls.length + messages.length + upcoming.length + receipts.length === 0) this.lines.delete(number)
    }
  }
}
