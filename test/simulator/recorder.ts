// What was seen from outside and in the database, for the invariants to judge.

import type { CarrierName, ChallengeId, DeliveryId } from '../../src/domain/challenge.ts'
import type { Call } from '../../src/exchange/simulator/call.ts'
import type { ChallengeView } from '../../src/http/challenge-view.ts'
import type { Commit } from './memory-challenges.ts'

/** A request to place a call or send a message, as it left an instance. */
export type Order = {
  channel: 'call' | 'sms'
  carrier: CarrierName
  challenge: ChallengeId
  delivery: DeliveryId
  to: string
  leftAt: number
  /** Once the company has taken it on. */
  ref: string | null
  takenAt: number | null
  call: Call | null
}

/** One request of a carrier, and what it was answered. */
export type Served = {
  hook: string
  challenge: string
  delivery: string
  ref: string
  genuine: boolean
  arrivedAt: number
  answeredAt: number
  status: number
  body: string
  /** The company's word for where the call or message is. */
  said: string | null
}

export type Guess = {
  challenge: ChallengeId
  right: boolean
  askedAt: number
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
  last: ChallengeView | null
}

export type Asked = {
  what: 'create' | 'redeliver' | 'cancel' | 'get'
  challenge: string | null
  key: string | null
  to: string
  askedAt: number
  answeredAt: number | null
  status: number | null
  code: string | null
  hurt: boolean
}

export type Seen = { at: number; how: string; view: ChallengeView }
export type Push = { id: string; type: string; challenge: string; status: string; at: number }

export type Witness = {
  commits: (Commit & { at: number })[]
  orders: Order[]
  served: Served[]
  guesses: Guess[]
  waits: Wait[]
  asked: Asked[]
  seen: Seen[]
  pushes: Push[]
  charges: { at: number; key: string }[]
  /** Calls whose hanging up went wrong on the way, by the carrier's name for them. */
  clung: Set<string>
  logged: string[]
  /** URLs that we gave to carriers, or that carriers called. */
  urls: Set<string>
  /** Bodies of problems, events and pushes: nothing in them may open anything. */
  told: string[]
  /** Moments at which a statement failed, the database was away, or no instance was up. */
  hurtAt: number[]
}

export function witness(): Witness {
  return {
    commits: [],
    orders: [],
    served: [],
    guesses: [],
    waits: [],
    asked: [],
    seen: [],
    pushes: [],
    charges: [],
    clung: new Set(),
    logged: [],
    urls: new Set(),
    told: [],
    hurtAt: [],
  }
}
