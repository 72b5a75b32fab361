// The exchange's control API over HTTP: the shapes of its answers, and errors that say what to do.

export type Behaviour =
  | 'ring'
  | 'approves'
  | 'refuses'
  | 'reports_fraud'
  | 'hangs_up'
  | 'wrong_twice'
  | 'answer'
  | 'busy'
  | 'decline'
  | 'no_answer'
  | 'voicemail'
  | 'unreachable'
  | 'no_such_number'
  | 'no_answer_at_once'
  | 'carrier_failed'

export type Receipt = 'delivered' | 'unreachable' | 'landline' | 'blocked' | 'carrier_failed' | 'none'

export type Company = 'Twilio' | 'SignalWire' | 'Bandwidth' | 'Plivo'

export type Ending =
  | 'completed'
  | 'busy'
  | 'declined'
  | 'no_answer'
  /** No phone rang. */
  | 'no_answer_at_once'
  | 'canceled'
  | 'unreachable'
  | 'no_such_number'
  | 'carrier_failed'
  /** The app's document could not be played. */
  | 'application_error'

export type PhoneCall = {
  id: string
  /** The carrier through which it came. */
  company: Company
  from: string
  to: string
  state: 'queued' | 'ringing' | 'answered' | 'ended'
  ending: Ending | null
  hung_up_by: 'person' | 'company' | 'app' | null
  /** Voicemail answered. */
  machine: boolean
  /** It is left ringing. */
  ignored: boolean
  /** A key pressed now is heard. */
  listening: boolean
  created_at: string
  answered_at: string | null
  ended_at: string | null
  transcript: { at: string; kind: 'said' | 'key' | 'note'; text: string; language: string | null }[]
}

export type TextMessage = {
  id: string
  company: Company
  from: string
  to: string
  text: string
  at: string
  state: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed'
  receipt: Receipt
}

/** The phone of a number: its latest calls, newest first, and its messages, oldest first. */
export type PhoneLine = {
  number: string
  next_calls: Behaviour[]
  next_messages: Receipt[]
  calls: PhoneCall[]
  messages: TextMessage[]
}

/** A request or document of the app that the carrier would not accept. */
export type Violation = {
  at: string
  company: Company | 'exchange'
  code: number | string | null
  message: string
  callId: string | null
}

export class ControlClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url.replace(/\/+$/, '')
  }

  line(number: string): Promise<PhoneLine> {
    return this.request('GET', linePath(number))
  }

  act(number: string, verb: string, body: object = {}): Promise<PhoneLine> {
    return this.request('POST', `${linePath(number)}/${verb}`, body)
  }

  async request<T>(method: string, path: string, body?: object): Promise<T> {
    const url = `${this.#url}/exchange${path}`
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    }).catch((cause: unknown) => {
      throw new Error(`${this.#url} does not answer. Is the server started?`, { cause })
    })
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok && answer !== null) return answer as T
    const reason = (answer as { error?: unknown } | null)?.error
    if (typeof reason === 'string') throw new Error(reason)
    throw new Error(
      `${this.#url} answers ${response.status} and has no exchange: it is there in development only, while no carrier is set.`,
    )
  }
}

const linePath = (number: string) => `/lines/${encodeURIComponent(number)}`
