// A phone held by a test: each verb waits for what it needs, and says what was heard when that never comes.

import type { Call, Ending } from './call.ts'
import type { Behaviour } from './line.ts'
import type { Message, Receipt } from './message.ts'
import type { Switchboard } from './simulator-state.ts'

export type Phone = {
  readonly number: string
  /** What this phone does with its next calls; without it they ring until a verb below is used. */
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
  /** Waits until somebody listens for keys, then presses them one by one. */
  keys(keys: string): Promise<void>
  hangsUp(): Promise<void>
  /** Waits until the latest call is over, whoever ended it. */
  ends(): Promise<Ending>
  /** Waits for the next message that has not been taken yet. */
  receives(pattern?: RegExp): Promise<Message>
  /** Everything said on the latest call. */
  readonly heard: string
  readonly calls: readonly Call[]
  readonly messages: readonly Message[]
}

export function phone(board: Switchboard, number: string, patience: number): Phone {
  const until = waiter(board, number, patience)
  const line = () => board.line(number)
  let listenedTo: Call | null = null
  let heardUpTo = 0
  let taken = 0

  const ringing = () => until('for its phone to ring', () => (line().live?.state === 'ringing' ? line().live : null))

  return {
    number,
    will: (...behaviours) => void line().upcoming.push(...behaviours),
    reports: (...receipts) => void line().receipts.push(...receipts),
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
        if (line().call !== listenedTo) heardUpTo = 0
        listenedTo = line().call
        const match = unsticky(pattern).exec(said(line().call).slice(heardUpTo))
        if (!match) return null
        heardUpTo += match.index + match[0].length
        return match[0]
      }),
    async keys(keys) {
      for (const key of keys) {
        await until(`for somebody to listen for the key ${key}`, () => line().live?.keypad ?? null)
        line().keys(key)
      }
    },
    async hangsUp() {
      await until('to be on the line', () => (line().live?.state === 'answered' ? line().live : null))
      line().hangUp()
    },
    ends: () => until('for the call to end', () => line().call?.ending ?? null),
    receives(pattern = /(?:)/) {
      return until(`for a message like ${pattern}`, () => {
        const position = line().messages.findIndex((one, index) => index >= taken && unsticky(pattern).test(one.text))
        if (position < 0) return null
        taken = position + 1
        return line().messages[position] ?? null
      })
    },
    get heard() {
      return said(line().call)
    },
    get calls() {
      return line().calls
    },
    get messages() {
      return line().messages
    },
  }
}

const said = (call: Call | null) =>
  (call?.transcript ?? [])
    .filter((entry) => entry.kind === 'said')
    .map((entry) => entry.text)
    .join(' ')

const unsticky = (pattern: RegExp) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))

/** Looks again at every change of the line. The deadline is real time, whatever the exchange's clock says. */
function waiter(board: Switchboard, number: string, patience: number) {
  return <T>(what: string, look: () => T | null): Promise<T> => {
    const now = look()
    if (now !== null) return Promise.resolve(now)
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        stop()
        reject(new Error(`${number} waited ${patience} ms ${what}.\n${story(board, number)}`))
      }, patience)
      const stop = board.watch((change) => {
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

function story(board: Switchboard, number: string): string {
  const { call } = board.line(number)
  const faults = board.faults.map((fault) => `  fault ${fault.code ?? ''}: ${fault.message}`)
  if (!call) return ['No call has come.', ...faults].join('\n')
  const ended = call.ending ? `, ${call.ending}, by the ${call.hungUpBy}` : ''
  const entries = call.transcript.map((entry) => `  ${entry.kind}: ${entry.text}`)
  return [`The latest call is ${call.state}${ended}. So far:`, ...entries, ...faults].join('\n')
}
