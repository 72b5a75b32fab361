// A phone held by a test. What it is told to do waits until it can be done; what did not come in time is told by an error
// with everything that happened on the line.

import type { Behaviour, ControlClient, PhoneCall, PhoneLine, Receipt, TextMessage } from './control-client.ts'
import { codeInMessage, codeSpokenTwice, gateKeys } from './find-code.ts'

export type PhoneOptions = {
  /** How long it waits for anything, in milliseconds: 10 seconds unless given. */
  timeout?: number
}

/** A promise of the message that can be asked for its code at once: `await phone.lastMessage().code`. */
export type PromisedMessage = Promise<ReceivedMessage> & { readonly code: Promise<string> }
/** `code`: the longest figure of 4 to 8 digits in the text, if there is one. */
export type ReceivedMessage = TextMessage & { code: string | null }

const POLL_MS = 50
const SHOWN_MESSAGES = 10

export class TestPhone {
  readonly number: string
  readonly #control: ControlClient
  readonly #timeout: number
  /** What was there before this phone was taken in hand is not told of. */
  #earlierCalls: ReadonlySet<string>
  #earlierMessages: ReadonlySet<string>

  constructor(control: ControlClient, before: PhoneLine, options: PhoneOptions) {
    this.number = before.number
    this.#control = control
    this.#timeout = options.timeout ?? 10_000
    this.#earlierCalls = new Set(before.calls.filter(({ state }) => state === 'ended').map(({ id }) => id))
    this.#earlierMessages = new Set(before.messages.map(({ id }) => id))
  }

  /** What the next calls meet, once each, instead of ringing until they are answered. */
  async will(...calls: Behaviour[]): Promise<void> {
    await this.#control.act(this.number, 'next', { calls })
  }

  /** What becomes of the next messages, once each. */
  async reports(...messages: Receipt[]): Promise<void> {
    await this.#control.act(this.number, 'next', { messages })
  }

  /** Waits until it rings. */
  rings(): Promise<PhoneCall> {
    return this.#until('its phone to ring', ({ calls }) => calls.find(({ state }) => state === 'ringing'))
  }

  /** Waits until it rings, and answers. */
  answers(): Promise<PhoneCall> {
    return this.#whenRinging('answer')
  }

  declines(): Promise<PhoneCall> {
    return this.#whenRinging('decline')
  }

  saysBusy(): Promise<PhoneCall> {
    return this.#whenRinging('busy')
  }

  /** Lets it ring on. */
  ignores(): Promise<PhoneCall> {
    return this.#whenRinging('ignore')
  }

  goesToVoicemail(): Promise<PhoneCall> {
    return this.#whenRinging('voicemail')
  }

  /** Presses keys one after the other, each once the call listens for keys. */
  async press(keys: string): Promise<void> {
    for (const key of keys) {
      await this.#until(`a call that listens for the key ${key}`, ({ calls }) =>
        calls.find(({ listening }) => listening),
      )
      await this.#control.act(this.number, 'keys', { keys: key })
    }
  }

  /** Everything that was said on the latest call, as soon as it matches the pattern. */
  heard(pattern = /\S/): Promise<string> {
    const matches = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))
    return this.#until(`its call to say ${pattern}`, ({ calls }) => {
      const said = calls[0] ? spoken(calls[0]).join(' ') : ''
      return matches.test(said) ? said : undefined
    })
  }

  /** Listens for the two keys that open the code, and presses them. */
  async opensGate(): Promise<void> {
    const keys = await this.#until('its call to name the keys that open the code', ({ calls: [call] }) =>
      call?.listening ? gateKeys(spoken(call)) : undefined,
    )
    await this.press(keys)
  }

  /** The code that the latest call has spoken, twice as it does. */
  spokenCode(): Promise<string> {
    return this.#until('its call to speak a code twice', ({ calls: [call] }) =>
      call ? codeSpokenTwice(spoken(call)) : undefined,
    )
  }

  async hangsUp(): Promise<void> {
    await this.#until('to be on the line', ({ calls }) => calls.find(({ state }) => state === 'answered'))
    await this.#control.act(this.number, 'hangup')
  }

  /** Waits until the latest call has ended. */
  ends(): Promise<PhoneCall> {
    return this.#until('its call to end', ({ calls: [call] }) => (call?.state === 'ended' ? call : undefined))
  }

  /** Waits for a message that no earlier `lastMessage` has told of; the latest, if several came. */
  lastMessage(): PromisedMessage {
    const message = this.#until('a message', ({ messages }) => {
      const received = messages.at(-1)
      this.#earlierMessages = new Set([...this.#earlierMessages, ...messages.map(({ id }) => id)])
      return received && { ...received, code: codeInMessage(received.text) }
    })
    return Object.defineProperty(message, 'code', {
      get: () =>
        message.then(({ code, text }) => {
          if (code === null) throw new Error(`${this.number} got a message without a code: ${text}`)
          return code
        }),
    }) as PromisedMessage
  }

  /** The calls since this phone was taken in hand, newest first. */
  async calls(): Promise<PhoneCall[]> {
    return (await this.#line()).calls
  }

  async #whenRinging(verb: string): Promise<PhoneCall> {
    const { id } = await this.rings()
    const { calls } = await this.#control.act(this.number, verb)
    return calls.find((call) => call.id === id)!
  }

  async #line(): Promise<PhoneLine> {
    const line = await this.#control.line(this.number)
    return {
      ...line,
      calls: line.calls.filter(({ id }) => !this.#earlierCalls.has(id)),
      messages: line.messages.filter(({ id }) => !this.#earlierMessages.has(id)),
    }
  }

  async #until<T>(what: string, look: (line: PhoneLine) => T | undefined): Promise<T> {
    const end = Date.now() + this.#timeout
    for (;;) {
      const line = await this.#line()
      const found = look(line)
      if (found !== undefined) return found
      if (Date.now() >= end)
        throw new Error(`${this.number} waited ${this.#timeout / 1000} s for ${what}.\n${describe(line)}`)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  }
}

const spoken = ({ transcript }: PhoneCall) => transcript.filter(({ kind }) => kind === 'said').map(({ text }) => text)

function describe({ calls: [call], messages }: PhoneLine): string {
  const texts = messages.slice(-SHOWN_MESSAGES).map(({ state, text }) => `  message, ${state}: ${text}`)
  if (!call) return ['No call has come to it since the test took it in hand.', ...texts].join('\n')
  const ended = call.ending ? `: ${call.ending}, by the ${call.hung_up_by}` : ''
  const happened = call.transcript.map(({ kind, text }) => `  ${kind}: ${text}`)
  return [`Its latest call is ${call.state}${ended}. So far:`, ...happened, ...texts].join('\n')
}
