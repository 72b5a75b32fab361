// What the element must be able to say in every language. One file a language; a missing sentence is a type error.

import type { Channel, Failure, FailureCause, RateLimitName, Reason } from '../client/client.ts'

export type Message = readonly [title: string, sentence: string]

export type Texts = {
  /** While the challenge is pending. */
  progress: {
    loading: Message
    calling: Message
    /** The delivery before failed at the carrier. */
    callingAnotherWay: Message
    /** The carrier has not said yet whether it took the call. */
    callingSlowly: Message
    /** Through a carrier that does not tell when the phone rings. */
    callingUnseen: Message
    ringing: Message
    /** Answered, by flow; `gate` and `reading` are of `send_code`. */
    approve: Message
    keypad: Message
    keypadWrong: Message
    gate: Message
    reading: Message
    codeRead: Message
    texting: Message
    texted: Message
    textArrived: Message
    /** A delivery failed, and the code may still be known from an earlier one. */
    failed: string
  }
  outcomes: Record<Reason, Message>
  /** Why the delivery before failed, and what is being done now, as one text. */
  after(title: string, sentence: string): string
  /** A message fails for other reasons than a call. */
  textFailures: Record<Extract<Failure, 'unreachable' | 'carrier_failed'>, Message>
  /** What the carrier names takes the place of the reason. */
  textCauses: Record<FailureCause, Message>
  callCauses: Record<Extract<FailureCause, 'handset_off' | 'number_unknown'>, Message>
  connectionLost: Message
  reconnecting: Message
  /** The challenge or its token is not known. */
  notFound: Message

  codeLabel(length: number): string
  confirm: string
  cancel: string
  callAgain: string
  callInstead: string
  textAgain: string
  textInstead: string
  /** A button that wakes after so many seconds. */
  later(label: string, seconds: number): string
  /** The hosted page's links to the app that led here. */
  goBack: string
  goOn: string
  /** The hosted page was asked to lead to an address that is not allowed. */
  returnRefused: string
  /** Of a challenge that requires the page. */
  keepOpen: string
  /** Above the two words. */
  sharedPhrase: string
  enterOnPhone: string
  /** `namedApproves`: of a key that is drawn for each call, beside the keys of which it is one. */
  keys: { approves: string; namedApproves: string; reports: string; others: string }
  phoneEnding(digits: string): string
  /** `clock` is m:ss. */
  timeLeft(clock: string): string
  lessThan(seconds: number): string

  digitsOnly: string
  wrongLength(length: number, typed: number): string
  wrongCode(left: number): string
  triesLeft(left: number): string
  errors: {
    offline: string
    tooOften: string
    /** In its place, where the server names the limit. */
    limits: Record<RateLimitName, string>
    /** Behind one of them. */
    wait(seconds: number | null): string
    /** A rule keeps calls, or texts, from the number. */
    stopped: Record<Channel, string>
    /** Behind that of the other channel, where this one is offered too. */
    stillPossible: Record<Channel, string>
    atNight: string
    conflict: string
    other: string
  }
}
