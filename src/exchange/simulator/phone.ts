// A phone for tests. Each verb waits until it is possible; the error after the timeout holds the transcript.

import type { Call, Ending } from './call.ts'
import type { Behaviour } from './line.ts'
import type { Message, Receipt } from './message.ts'
import type { SimulatorState } from './simulator-state.ts'

export type Phone = {
  readonly number: string
  /** What this phone does with its next calls; by default they ring until a verb below is used. */
  will(...behaviours: Behaviour[]): void
  /** What this phone reports of its next messages. */
  reports(...receipts: Receipt[]): void
  rings(): Promise<Call>
  answers(): Promise<Call>
  goesToVoicemail(): Promise<Call>
  declines(): Promise<void>
  saysBusy(): Promise<void>
  ignores(): Promise<void>
  /** Waits until this has been said since the last match. Resolves to the words that matched. */
  hears(pattern: RegExp): Promise<string>
  /** Waits until a gather listens, then presses the keys one by one. */
  keys(keys: string): Promise<void>
  hangsUp(): Promise<void>
  /** Waits until the latest call has ended. */
  ends(): Promise<Ending>
  /** Waits for the next message that has not been taken yet. */
  receives(pattern?: RegExp): Promise<Message>
  /** Everything said on the latest call. */
  readonly heard: string
  readonly calls: readonly Call[]
  readonly messages: readonly Message[]
}

export function createPhone(simulator: SimulatorState, number: string, timeoutMs: number): Phone {
  const until = createWaiter(simulator, number, timeoutMs)
  const line = () => simulator.line(number)
  let listenedTo: Call | null = null
  let heardUpTo = 0
  let taken = 0

  const ringing = () =>
    until('for its phone to ring', () => (line().activeCall?.state === 'ringing' ? line().activeCall : null))

  return {
    number,
    will: (...behaviours) => void line().nextCalls.push(...behaviours),
    reports: (...receipts) => void line().nextReceipts.push(...receipts),
    rings: ringing,
    async answers() {
      const call = await ringing()
      line().answer()
      return call
    },
    async goesToVoicemail() {
      const call = await ringing()
      line().voicemail()
      return call
    },
    async declines() {
      await ringing()
      line().decline()
    },
    async saysBusy() {
      await ringing()
      line().busy()
    },
    async ignores() {
      await ringing()
      line().ignore()
    },
    hears: (pattern) =>
      until(`to hear ${pattern}`, () => {
        if (line().latestCall !== listenedTo) heardUpTo = 0
        listenedTo = line().latestCall
        const match = withoutStatefulFlags(pattern).exec(spokenText(line().latestCall).slice(heardUpTo))
        if (!match) return null
        heardUpTo += match.index + match[0].length
        return match[0]
      }),
    async keys(keys) {
      for (const key of keys) {
        await until(`for a gather to listen for the key ${key}`, () => line().activeCall?.keypad ?? null)
        line().pressKeys(key)
      }
    },
    async hangsUp() {
      await until('to be on the line', () => (line().activeCall?.state === 'answered' ? line().activeCall : null))
      line().hangUp()
    },
    ends: () => until('for the call to end', () => line().latestCall?.ending ?? null),
    receives(pattern = /(?:)/) {
      return until(`for a message like ${pattern}`, () => {
        const position = line().messages.findIndex(
          (one, index) => index >= taken && withoutStatefulFlags(pattern).test(one.text),
        )
        if (position < 0) return null
        taken = position + 1
        return line().messages[position] ?? null
      })
    },
    get heard() {
      return spokenText(line().latestCall)
    },
    get calls() {
      return line().calls
    },
    get messages() {
      return line().messages
    },
  }
}

const spokenText = (call: Call | null) =>
  (call?.transcript ?? [])
    .filter((entry) => entry.kind === 'said')
    .map((entry) => entry.text)
    .join(' ')

const withoutStatefulFlags = (pattern: RegExp) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))

/** Checks again at every change of the line. The timeout is in real time, not on the exchange's clock. */
function createWaiter(simulator: SimulatorState, number: string, timeoutMs: number) {
  return <T>(what: string, look: () => T | null): Promise<T> => {
    const now = look()
    if (now !== null) return Promise.resolve(now)
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        stop()
        reject(new Error(`${number} waited ${timeoutMs} ms ${what}.\n${describeLine(simulator, number)}`))
      }, timeoutMs)
      const stop = simulator.subscribe((change) => {
        if (change.type !== 'line' || change.line.number !== number) return
        const found = look()
        if (found === null) return
        clearTimeout(deadline)
        stop()
        resolve(found)
      })
    })
  }
}

function describeLine(simulator: SimulatorState, number: string): string {
  const { latestCall } = simulator.line(number)
  const violations = simulator.violations.map(({ code, message }) => `  violation ${code ?? ''}: ${message}`)
  if (!latestCall) return ['No call has come.', ...violations].join('\n')
  const ended = latestCall.ending ? `, ${latestCall.ending}, by the ${latestCall.hungUpBy}` : ''
  const entries = latestCall.transcript.map((entry) => `  ${entry.kind}: ${entry.text}`)
  return [`The latest call is ${latestCall.state}${ended}. So far:`, ...entries, ...violations].join('\n')
}
