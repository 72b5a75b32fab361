// The parts of one run.

import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import type { Exchange } from '../../src/exchange/exchange.ts'
import type { Server } from '../../src/server.ts'
import type { Prng } from '../support/prng.ts'
import type { ChangeNotifiers } from './change-notifiers.ts'
import type { FaultRates } from './fault-rates.ts'
import type { MemoryStore } from './memory-store.ts'
import type { Recorder } from './recorder.ts'
import type { Scheduler } from './scheduler.ts'
import type { Transcript } from './transcript.ts'

export const PUBLIC_URL = 'https://verify.example.com'
export const API_KEY = 'the-key-of-the-first-service'

/** What the people and the app do in this run, and how likely. */
export type Probabilities = {
  /** A code is typed only in the last moment of its time. */
  lastMoment: number
  /** The app cancels. */
  cancels: number
  /** Every call is to a mailbox whose greeting plays tones, one after the other: 0 or 1. */
  mailbox: number
  /** A person who has the code asks for another call before typing it. */
  impatient: number
  /** Every challenge requires a page. */
  requiresPage: boolean
  /** So many challenges more are begun, one after the other, in which a rule about traffic may come to stand. */
  more: number
}

export type Instance = {
  name: string
  readonly alive: boolean
  server: Server
  /** Rejects when the instance dies. */
  crashed: Promise<never>
  crash(): void
}

export type World = {
  prng: Prng
  scheduler: Scheduler
  faultRates: FaultRates
  transcript: Transcript
  recorder: Recorder
  store: MemoryStore
  changeNotifiers: ChangeNotifiers
  exchange: Exchange
  settings: ChallengeSettings
  probabilities: Probabilities
  /** The instances that are up. */
  instances: Set<Instance>
  /** The database does not answer until then. */
  databaseDownUntil: number
  /** The carrier answers nothing until then. */
  carrierSilentUntil: Record<string, number>
  /** The carrier reaches no instance until then. */
  carrierCutOffUntil: Record<string, number>
}
