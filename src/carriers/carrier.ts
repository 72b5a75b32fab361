// What a telephone company must be able to do for us: four verbs and no state. A carrier owns no route, wording or retry.

import type { E164 } from '../domain/challenge.ts'
import type { Locale } from '../domain/prompts.ts'
import type { Script } from '../domain/script.ts'

/** Absolute URLs on PUBLIC_URL that we hand out with one call. They name the delivery and the turn, and hold no secret. */
export type CallbackUrls = {
  /** Fetched when the person answers, and again by every "come back". */
  answer: string
  /** Where the keys of this turn go. */
  turn(turn: number): string
  /** Progress: ringing, answered, ended. */
  status: string
  /** Answering-machine detection, where it is asynchronous. */
  detection: string
  /** A fixed apology, for a carrier that could not fetch or play our document. */
  fallback: string
}

export type PlaceCall = {
  to: E164
  from: E164
  urls: CallbackUrls
  /** Our own name of the delivery, for carriers that carry a tag. */
  tag: string
  ringSeconds: number
  maxSeconds: number
  /** Ask the carrier to listen for an answering machine. Only ever a hint. */
  detect: boolean
  /** A company's inside line, dialled after the answer; only digits, `w` (half a second) and `,`. */
  extension: string | null
}

export type SendSms = { to: E164; from: E164; body: string; receiptUrl: string; tag: string }

/** How a request to place a call, or to send a message, went. `unknown`: perhaps it was done, never try it again. */
export type PlacementResult =
  | { type: 'placed'; ref: string }
  /** Surely not done. `number`: no carrier could. `carrier`: another may. `why` names the carrier's own code. */
  | { type: 'refused'; blame: 'number' | 'carrier'; why: string }
  | { type: 'unknown'; why: string }

export type EndCause = 'completed' | 'busy' | 'no_answer' | 'rejected' | 'canceled' | 'unreachable' | 'failed'

/** What a call looks like when the carrier is asked about it. */
export type CallLookup =
  | { type: 'seen'; ref: string; state: 'placing' | 'ringing' | 'answered' }
  | { type: 'seen'; ref: string; state: 'ended'; cause: EndCause }
  /** The carrier answered, and knows of no such call. */
  | { type: 'absent' }
  /** The carrier did not answer, or cannot be asked. */
  | { type: 'unknown' }

/** Which of our links was called. */
export type WebhookKind = 'answer' | 'turn' | 'status' | 'detection' | 'fallback' | 'receipt'

/** A webhook as it arrived, its URL rebuilt on PUBLIC_URL (query verbatim), its body untouched. */
export type IncomingWebhook = { kind: WebhookKind; method: string; url: string; headers: Headers; body: string }

/** What an authenticated webhook says. `refs`: every name the carrier used for the call or message. */
export type CarrierEvent = { refs: string[] } & (
  | { type: 'answered' }
  /** `digits` as keyed, without the finish key; empty for silence. */
  | { type: 'keyed'; digits: string }
  | { type: 'rang' }
  | { type: 'detected'; machine: boolean }
  | { type: 'ended'; cause: EndCause }
  | { type: 'sent' }
  | { type: 'delivered' }
  | { type: 'undelivered'; blame: 'number' | 'carrier'; why: string }
  /** Authentic, and of no consequence. */
  | { type: 'nothing' }
)

/** What became of one message, where the carrier tells of several at once and names ours by its tag. */
export type Receipt = { tag: string; event: CarrierEvent }

export interface Carrier {
  readonly name: 'twilio' | 'signalwire' | 'bandwidth' | 'plivo'
  /** The number calls and messages come from unless the challenge says otherwise. */
  readonly from: E164
  /** New calls a second that the account may start, by the carrier's default. */
  readonly callsPerSecond: number
  /** Whether the carrier can dial an extension after the answer. */
  readonly supportsExtensions: boolean
  /** The locale that is really spoken for the one asked for: itself, or the nearest that this carrier has. */
  resolveVoiceLocale(locale: Locale): Locale
  place(call: PlaceCall, signal: AbortSignal): Promise<PlacementResult>
  /** Ends a queued, ringing or answered call; a call that is over already is no error. Throws when it cannot be known. */
  hangUp(ref: string, signal: AbortSignal): Promise<void>
  sendSms(message: SendSms, signal: AbortSignal): Promise<PlacementResult>
  /** Looks for a call: by `ref`, else by number among those created since. */
  findCall(
    call: { ref: string | null; to: E164; from: E164; since: Date; links: CallbackUrls },
    signal: AbortSignal,
  ): Promise<CallLookup>
  /** Authenticates and parses in one: `null` is a stranger, and changes nothing. */
  receive(incoming: IncomingWebhook): Promise<CarrierEvent | null>
  /** For the carrier whose receipts all come to one fixed link, instead of `receive`. `null` is a stranger. */
  receipts?(incoming: IncomingWebhook): Promise<Receipt[] | null>
  /** What a stranger gets. */
  refuse(): Response
  /** Our script in the carrier's language. */
  reply(script: Script, links: CallbackUrls): Response
  /** The answer to a webhook that awaits no document. */
  acknowledge(): Response
}
