// A number and its phone: its calls and messages, and what a person can do with it.

import type { Call, Ending } from './call.ts'
import { CONDUCTS, type Conduct, createPerson } from './conduct.ts'
import type { Message, Receipt } from './message.ts'

export const BEHAVIOURS = [
  'ring',
  ...CONDUCTS,
  'answer',
  'busy',
  'decline',
  'no_answer',
  'voicemail',
  'unreachable',
  'no_such_number',
  'no_answer_at_once',
  'carrier_failed',
] as const
/** What a phone does when it is called. `ring`: it waits for a person. `answer`: it answers, and presses nothing. */
export type Behaviour = (typeof BEHAVIOURS)[number]

export const KEYS = /^[0-9*#]+$/

/** The phone can't do this in its present state. */
export class PhoneStateError extends Error {}

export class Line {
  readonly number: string
  /** The behaviour for the calls and messages to come, the next first. */
  nextCalls: Behaviour[] = []
  nextReceipts: Receipt[] = []
  calls: Call[] = []
  messages: Message[] = []

  constructor(number: string) {
    this.number = number
  }

  /** The latest call, over or not. */
  get latestCall(): Call | null {
    return this.calls.at(-1) ?? null
  }

  get activeCall(): Call | null {
    return this.calls.find((call) => call.state === 'ringing' || call.state === 'answered') ?? null
  }

  answer() {
    this.#ringing().answer(false)
  }

  voicemail() {
    this.#ringing().answer(true)
  }

  decline() {
    this.#ringing().end('declined', 'person')
  }

  busy() {
    this.#ringing().end('busy', 'person')
  }

  ignore() {
    this.#ringing().ignore()
  }

  pressKeys(keys: string) {
    if (!KEYS.test(keys)) throw new PhoneStateError(`a phone has no such keys: ${keys}`)
    const call = this.#answered()
    for (const key of keys) call.press(key)
  }

  hangUp() {
    this.#answered().end('completed', 'person')
  }

  /** Handles a new call by the behaviour prepared for it. */
  async receiveCall(call: Call, behaviour: Behaviour): Promise<void> {
    const refusal = this.activeCall ? 'busy' : REFUSALS[behaviour]
    if (refusal) return call.end(refusal, 'company')
    call.ring()
    if (behaviour === 'no_answer') return call.ignore()
    if (isConduct(behaviour)) call.promptEnded = createPerson(behaviour)
    const act = isConduct(behaviour) ? ACTS.answer : ACTS[behaviour]
    if (!act) return
    await call.takeTime(RINGING_MS)
    if (call.state === 'ringing') act(call)
  }

  #ringing(): Call {
    const call = this.activeCall
    if (call?.state !== 'ringing') throw new PhoneStateError(`no phone is ringing at ${this.number}`)
    return call
  }

  #answered(): Call {
    const call = this.activeCall
    if (call?.state !== 'answered') throw new PhoneStateError(`nobody is on the line at ${this.number}`)
    return call
  }
}

const isConduct = (behaviour: Behaviour): behaviour is Conduct => CONDUCTS.some((one) => one === behaviour)

const RINGING_MS = 2500

const REFUSALS: Partial<Record<Behaviour, Ending>> = {
  busy: 'busy',
  unreachable: 'unreachable',
  no_such_number: 'no_such_number',
  no_answer_at_once: 'no_answer_at_once',
  carrier_failed: 'carrier_failed',
}

const ACTS: Partial<Record<Behaviour, (call: Call) => void>> = {
  answer: (call) => call.answer(false),
  voicemail: (call) => call.answer(true),
  decline: (call) => call.end('declined', 'person'),
}
