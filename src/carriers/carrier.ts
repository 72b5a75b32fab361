// What the code needs from a telephone company. A carrier is stateless, and owns no route, wording or retry.

import type { Channel, E164, FailureCause } from '../domain/challenge.ts'
import type { Locale } from '../domain/locale.ts'
import type { Script } from '../domain/script.ts'
import type { Fetch } from './http-client.ts'

/** Absolute URLs on PUBLIC_URL, handed out with one call. They name the delivery and the turn, and hold no secret. */
export type CallbackUrls = {
  /** Fetched when the person answers, and again by every redirect of a document that had nothing to say yet. */
  answer: string
  /** Where the keys of this turn go. */
  turn(turn: number): string
  /** Progress: ringing, answered, ended. */
  status: string
  /** Answering-machine detection, where it is asynchronous. */
  detection: string
  /** Serves a fixed apology: called when the carrier could not fetch or play a document. */
  fallback: string
}

export type PlaceCall = {
  to: E164
  from: E164
  urls: CallbackUrls
  /** Our id of the delivery, for carriers that send it back with every webhook. */
  tag: string
  ringSeconds: number
  maxSeconds: number
  /** Whether the carrier listens for an answering machine. Its result is a hint. */
  detect: boolean
  /** Keys dialled after the answer: digits, `w` (half a second) and `,`. */
  extension: string | null
}

/** `from`: the challenge's own sender; `null` for the one of the settings. */
export type SendSms = { to: E164; from: E164 | null; body: string; receiptUrl: string; tag: string }

/** Whose fault a failure is, and what exactly is wrong, where the carrier names it. */
export type Blame = { blame: 'number' | 'carrier'; cause?: FailureCause }

/** The result of asking for a call or a message. `unknown`: it may have been done, so it is never asked for again. */
export type PlacementResult =
  | { type: 'placed'; ref: string }
  /** Certainly not done. Blame on `number`: no carrier could do it. On `carrier`: another one may. `why` holds the carrier's code. */
  | ({ type: 'refused'; why: string } & Blame)
  | { type: 'unknown'; why: string }

/** `maxAge`: seconds since we asked for the call, at the most. */
export type ListCalls = { to: E164; from: E164; maxAge: number }

/** Why a call ended. A phone that is off and a number that does not exist are told apart where the network does. */
export type EndCause =
  | 'completed'
  | 'busy'
  | 'no_answer'
  | 'rejected'
  | 'canceled'
  | 'unreachable'
  | Extract<FailureCause, 'handset_off' | 'number_unknown'>
  /** By the carrier's fault. */
  | 'failed'
  /** A document of ours could not be fetched or played. */
  | 'document_failed'

/** A call as the carrier knows it. */
export type SeenCall =
  | { ref: string; state: 'placing' | 'ringing' | 'answered' }
  | { ref: string; state: 'ended'; cause: EndCause }

/** The carrier's answer when it is asked about a call. */
export type CallLookup =
  | ({ type: 'seen' } & SeenCall)
  /** The carrier answered that there is no such call. */
  | { type: 'absent' }
  /** The carrier did not answer, or can't tell. */
  | { type: 'unknown' }

/** `unknown`: the carrier did not answer, or not so that a call could be missed in it. */
export type CallListing = { type: 'listed'; calls: SeenCall[] } | { type: 'unknown' }

/** Which of the callback URLs was called. */
export type WebhookKind = 'answer' | 'turn' | 'status' | 'detection' | 'fallback' | 'receipt'

/** A webhook as received: the URL rebuilt on PUBLIC_URL with its query verbatim, the body unparsed. */
export type IncomingWebhook = { kind: WebhookKind; method: string; url: string; headers: Headers; body: string }

/**
 * `rang`: whether the phone had rung, where the end itself tells, whether or not we were told when it did. `seconds`: how long the call lasted. `why`: the
 * network's or the carrier's own code for it, which an operator can look up. `price`: of the whole call, where it is told.
 */
export type EndOfCall = {
  type: 'ended'
  cause: EndCause
  rang?: boolean
  seconds?: number
  why?: string
  price?: CallPrice
}

/** `amount`: in the currency of the account. */
export type CallPrice = { amount: number; billedSeconds: number }
/** `amount`: of all its segments. */
export type MessagePrice = { amount: number; segments: number }

/** Where a message is, by its receipt or when the carrier is asked. */
export type MessageState = { type: 'sent' } | { type: 'delivered' } | ({ type: 'undelivered'; why: string } & Blame)

/** The content of an authenticated webhook. `refs`: every id that the carrier gave the call or message. */
export type CarrierEvent = { refs: string[] } & (
  | { type: 'answered' }
  /** `digits` as keyed, without a `#` behind others; empty for silence. */
  | { type: 'dtmf'; digits: string }
  | { type: 'ringing' }
  | { type: 'detected'; machine: boolean }
  /** The fallback URL was called: our document could not be fetched or played. */
  | { type: 'document_failed' }
  | EndOfCall
  | (MessageState & { price?: MessagePrice })
  /** Authentic, but nothing that changes a delivery. */
  | { type: 'irrelevant' }
)

/** One receipt of a carrier that posts several at once, and names each message by our tag. */
export type Receipt = { tag: string; event: CarrierEvent }

/** The settings that an account has at every carrier. */
export type AccountSettings = {
  from: E164
  /** The sender of messages where it isn't `from`: a number, a short code or a name, as far as the carrier takes them. */
  smsFrom: string | null
  callsPerSecond: number | null
  messagesPerSecond: number | null
  fetch?: Fetch
}

export interface Carrier {
  readonly name: 'twilio' | 'signalwire' | 'bandwidth' | 'plivo'
  /** The caller number unless the challenge sets one. */
  readonly from: E164
  /** How many calls and messages the account may start in a second; `null` for any number. */
  readonly perSecond: Record<Channel, number | null>
  /** Whether the carrier can dial an extension after the answer. */
  readonly supportsExtensions: boolean
  /** The locale spoken for the one asked for: itself, or the nearest that this carrier has a voice for. */
  resolveVoiceLocale(locale: Locale): Locale
  place(call: PlaceCall, signal: AbortSignal): Promise<PlacementResult>
  /** Ends a queued, ringing or answered call; no error when it is over already. Throws when the result is unknown. */
  hangUp(ref: string, signal: AbortSignal): Promise<void>
  sendSms(message: SendSms, signal: AbortSignal): Promise<PlacementResult>
  findCall(ref: string, signal: AbortSignal): Promise<CallLookup>
  /**
   * The calls between two numbers, for one whose name is not known. No carrier shows our URLs or our tag in them, so whose
   * each is, is found by its name. Left out where a call may be missing from the list long after it was placed.
   */
  listCalls?(call: ListCalls, signal: AbortSignal): Promise<CallListing>
  /**
   * Looks a message up; `null` when the carrier does not say. Absent where the carrier repeats a receipt for as long as it
   * is refused.
   */
  findMessage?(ref: string, signal: AbortSignal): Promise<MessageState | null>
  /** Authenticates and parses in one: `null` when it isn't from the carrier. */
  receive(incoming: IncomingWebhook): Promise<CarrierEvent | null>
  /** For a carrier that posts all receipts to one URL of the account. `null` when it isn't from the carrier. */
  receiveReceipts?(incoming: IncomingWebhook): Promise<Receipt[] | null>
  /** The response to a request that isn't authentic. */
  refuse(): Response
  /** The script as a document in the carrier's markup. */
  reply(script: Script, urls: CallbackUrls): Response
  /** The response to a webhook that expects no document. */
  acknowledge(): Response
}
