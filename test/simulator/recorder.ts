// What was seen from outside and in the database, for the invariants.

import type { CarrierName, ChallengeId, DeliveryId } from '../../src/domain/challenge.ts'
import type { Call } from '../../src/exchange/simulator/call.ts'
import type { ChallengeView } from '../../src/http/challenge-view.ts'
import type { Commit } from './memory-challenges.ts'

/** A request to place a call or send a message, as it left an instance. */
export type DeliveryRequest = {
  channel: 'call' | 'sms'
  carrier: CarrierName
  challenge: ChallengeId
  delivery: DeliveryId
  to: string
  sentAt: number
  /** Once the carrier has accepted it. */
  ref: string | null
  acceptedAt: number | null
  call: Call | null
}

/** A list of the calls to a number that a carrier gave when it was asked, by their names. */
export type Listing = { carrier: CarrierName; to: string; askedAt: number; answeredAt: number; refs: string[] }

/** One request of a carrier, and what it was answered. */
export type WebhookRecord = {
  hook: string
  challenge: string
  delivery: string
  ref: string
  genuine: boolean
  /** Of the keys that it brings, where it brings any. */
  turn: number | null
  keys: string | null
  arrivedAt: number
  answeredAt: number
  status: number
  body: string
  /** The carrier's status of the call or message. */
  carrierStatus: string | null
}

export type CodeCheck = {
  challenge: ChallengeId
  right: boolean
  askedAt: number
  answeredAt: number | null
  answer: { valid: boolean; status: string; attempts_left: number } | null
}

/** One open wait, until it was told, broke off, or its time was over. */
export type Wait = {
  challenge: ChallengeId
  how: 'wait' | 'events'
  from: number
  until: number
  /** Broken off by the network, the app or the death of an instance: then it need not have been told. */
  broken: boolean
  /** With the page token. */
  byPage: boolean
  last: ChallengeView | null
}

export type ApiRequest = {
  what: 'create' | 'redeliver' | 'cancel'
  challenge: string | null
  key: string | null
  to: string
  askedAt: number
  answeredAt: number | null
  status: number | null
  code: string | null
}

export type ShownView = { at: number; how: string; view: ChallengeView }
export type Push = { id: string; type: string; challenge: string; status: string; at: number }

export type Recorder = {
  commits: (Commit & { at: number })[]
  deliveryRequests: DeliveryRequest[]
  listings: Listing[]
  webhooks: WebhookRecord[]
  codeChecks: CodeCheck[]
  waits: Wait[]
  apiRequests: ApiRequest[]
  /** Answers to the app that used an approval. */
  uses: { challenge: ChallengeId; key: string; status: number; receipt: string | null }[]
  shownViews: ShownView[]
  pushes: Push[]
  /** Calls whose hanging up went wrong on the way, by the carrier's name for them. */
  lostHangUps: Set<string>
  logged: string[]
  /** URLs that we gave to carriers, or that carriers called. */
  urls: Set<string>
  /** Bodies of problems, events and pushes: nothing in them may open anything. */
  publicBodies: string[]
  /** Moments at which a statement failed, the database was away, or no instance was up. */
  disruptions: number[]
}

export function createRecorder(): Recorder {
  return {
    commits: [],
    deliveryRequests: [],
    listings: [],
    webhooks: [],
    codeChecks: [],
    waits: [],
    apiRequests: [],
    uses: [],
    shownViews: [],
    pushes: [],
    lostHangUps: new Set(),
    logged: [],
    urls: new Set(),
    publicBodies: [],
    disruptions: [],
  }
}
