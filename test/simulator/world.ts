// Everything that one run is made of, known to each other.

import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import type { Exchange } from '../../src/exchange/exchange.ts'
import type { Doorbells } from './change-notifiers.ts'
import type { Weather } from './fault-rates.ts'
import type { Life } from './instance.ts'
import type { MemoryStore } from './memory-store.ts'
import type { Dice } from './prng.ts'
import type { Witness } from './recorder.ts'
import type { Scheduler } from './scheduler.ts'
import type { Story } from './transcript.ts'

export const PUBLIC_URL = 'https://verify.example.com'
export const API_KEY = 'the-key-of-the-first-service'

/** How people are in this run. */
export type Habits = {
  /** How likely a code is typed only in the last moment of its time. */
  lastMoment: number
  /** How likely the app changes its mind. */
  cancels: number
  /** How likely somebody who has the code asks to be called again before they type it. */
  impatient: number
}

export type World = {
  dice: Dice
  scheduler: Scheduler
  weather: Weather
  story: Story
  witness: Witness
  store: MemoryStore
  bells: Doorbells
  exchange: Exchange
  settings: ChallengeSettings
  habits: Habits
  /** The instances that are up. */
  lives: Set<Life>
  /** The database does not answer until then. */
  awayUntil: number
  /** The carrier answers nothing until then. */
  silentUntil: Record<string, number>
  /** The carrier reaches nobody until then. */
  cutOffUntil: Record<string, number>
}
