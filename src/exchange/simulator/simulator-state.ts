// The state of the exchange: lines, calls, messages, the app's violations, injected faults. All in memory and bounded.

import type { CallOptions } from './call.ts'
import { Call } from './call.ts'
import type { CarrierName } from './carrier-name.ts'
import type { Clock } from './clock.ts'
import type { FaultInjection, FaultPatch, Refusal } from './fault-injection.ts'
import { noFaults } from './fault-injection.ts'
import { Line } from './line.ts'
import type { Message } from './message.ts'
import { PendingTasks } from './pending-tasks.ts'
import { playDocuments } from './player.ts'
import { findTestNumber } from './test-numbers.ts'

/** A mistake of the app: a request, document or answer that the carrier would not accept. Tests assert that there are none. */
export type Violation = {
  at: string
  carrier: CarrierName | 'exchange'
  code: number | string | null
  message: string
  callId: string | null
}

export type Change =
  | { type: 'line'; line: Line }
  | { type: 'http_log'; id: number }
  | { type: 'violations' }
  | { type: 'injected_faults' }

/** The carrier refuses every request for this number. */
export class NumberRefused extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(`refused with ${refusal.status}`)
    this.refusal = refusal
  }
}

const MAX_CALLS = 200
const MAX_MESSAGES = 200
const MAX_VIOLATIONS = 200
const MAX_LINES = 500
const DIALLING_MS = 900
const MAX_HELD_MS = 2000

export class SimulatorState {
  readonly clock: Clock
  readonly speed: number
  readonly waitFactor: number
  readonly pendingTasks = new PendingTasks()
  readonly lines = new Map<string, Line>()
  readonly calls: Call[] = []
  readonly messages: Message[] = []
  readonly violations: Violation[] = []
  readonly injectedFaults: Record<CarrierName, FaultInjection> = {
    Twilio: noFaults(),
    SignalWire: noFaults(),
    Bandwidth: noFaults(),
    Plivo: noFaults(),
  }
  #watchers = new Set<(change: Change) => void>()

  constructor(clock: Clock, speed: number, waitFactor: number) {
    this.clock = clock
    this.speed = speed
    this.waitFactor = waitFactor
  }

  line(number: string): Line {
    const known = this.lines.get(number)
    if (known) return known
    this.#forgetLines()
    const line = new Line(number)
    this.lines.set(number, line)
    return line
  }

  /** Creates a call. It is dialled once the request that asked for it has been answered. */
  dial(order: CallOptions): Call {
    refuseTestNumber(order.to, order.carrier)
    const line = this.line(order.to)
    const call = new Call(order, {
      clock: this.clock,
      speed: this.speed,
      waitFactor: this.waitFactor,
      play: playDocuments,
      onChange: () => this.notify({ type: 'line', line }),
      holdKeys: (held) => this.#holdKeys(held),
      onError: (_, error) => this.reportViolation(order.carrier, null, String(error), order.id),
    })
    const behaviour = line.nextCalls.shift() ?? findTestNumber(order.to)?.call ?? 'ring'
    this.calls.push(call)
    line.calls.push(call)
    this.#forget(this.calls, MAX_CALLS, (old) => old.state === 'ended')
    this.notify({ type: 'line', line })
    this.afterResponse(async () => {
      if (call.state === 'queued') order.flow.stateChanged(call)
      await call.takeTime(DIALLING_MS)
      if (call.state === 'queued') await line.receiveCall(call, behaviour)
    })
    return call
  }

  /** Runs once the current request has been answered. */
  afterResponse(act: () => Promise<void>) {
    const begun = this.pendingTasks.start()
    setImmediate(() => {
      act().catch((error) => this.reportViolation('exchange', null, String(error), null))
      begun()
    })
  }

  /** Simulated time, divided by the speed. */
  takeTime(ms: number): Promise<void> {
    const real = ms / this.speed
    return real < 1 ? Promise.resolve() : new Promise((resolve) => this.clock.after(real, resolve))
  }

  async #holdKeys(call: Call): Promise<void> {
    if (!this.injectedFaults[call.carrier].documents.keysAfterEnd) return
    await new Promise<void>((resolve) => {
      const stop = this.subscribe((change) => {
        if (change.type !== 'line' || call.state !== 'ended') return
        release()
      })
      const cancel = this.clock.after(MAX_HELD_MS, () => release())
      const release = () => {
        stop()
        cancel()
        resolve()
      }
      if (call.state === 'ended') release()
    })
    await this.pendingTasks.settled()
  }

  /** At one carrier, or at all. */
  injectFaults(patch: FaultPatch, carrier: CarrierName | null) {
    const carriers = carrier === null ? Object.values(this.injectedFaults) : [this.injectedFaults[carrier]]
    for (const faults of carriers) {
      Object.assign(faults.status, patch.status)
      Object.assign(faults.documents, patch.documents)
      Object.assign(faults.requests, patch.requests)
    }
    this.notify({ type: 'injected_faults' })
  }

  /** Adds a message, with the receipt that was prepared for it. */
  addMessage(order: Omit<Message, 'receipt' | 'state' | 'at'>): Message {
    refuseTestNumber(order.to, order.carrier)
    const line = this.line(order.to)
    const receipt = line.nextReceipts.shift() ?? findTestNumber(order.to)?.message ?? 'delivered'
    const message: Message = { ...order, at: this.clock.now(), state: 'queued', receipt }
    this.messages.push(message)
    line.messages.push(message)
    this.#forget(this.messages, MAX_MESSAGES, () => true)
    this.notify({ type: 'line', line })
    return message
  }

  reportViolation(carrier: Violation['carrier'], code: Violation['code'], message: string, callId: string | null) {
    const violation = { at: this.clock.now().toISOString(), carrier, code, message, callId }
    this.violations.push(violation)
    if (this.violations.length > MAX_VIOLATIONS) this.violations.shift()
    this.notify({ type: 'violations' })
  }

  clearViolations() {
    this.violations.length = 0
    this.notify({ type: 'violations' })
  }

  notify(change: Change) {
    for (const watcher of this.#watchers) watcher(change)
  }

  subscribe(watcher: (change: Change) => void): () => void {
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

  /** Lines without calls and messages: first those for which nothing is arranged either, then the oldest. */
  #forgetLines() {
    if (this.lines.size <= MAX_LINES) return
    const idle = [...this.lines.values()].filter(({ calls, messages }) => calls.length + messages.length === 0)
    const isArranged = ({ nextCalls, nextReceipts }: Line) => nextCalls.length + nextReceipts.length > 0
    for (const line of [...idle.filter((one) => !isArranged(one)), ...idle.filter(isArranged)]) {
      if (this.lines.size <= MAX_LINES) return
      this.lines.delete(line.number)
    }
  }
}

function refuseTestNumber(number: string, carrier: CarrierName): void {
  const refusal = findTestNumber(number)?.refusal
  if (refusal && (refusal.carrier === null || refusal.carrier === carrier)) throw new NumberRefused(refusal)
}
