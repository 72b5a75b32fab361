// One run: a world from a seed, everything that can happen in it, and the judgement.

import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import { createExchange } from '../../src/exchange/exchange.ts'
import { COMPANIES } from './accounts.ts'
import { openApp } from './app.ts'
import { doorbells } from './change-notifiers.ts'
import { begin, otherTraffic, outages, silences } from './disasters.ts'
import { type Fault, weather as newWeather } from './fault-rates.ts'
import { judge, type Violation, watch } from './invariants.ts'
import { memoryStore } from './memory-store.ts'
import { stand } from './patched-globals.ts'
import { hold } from './person.ts'
import { receive } from './poster.ts'
import { type Dice, dice as throwing } from './prng.ts'
import { receiver } from './receiver.ts'
import { witness as newWitness } from './recorder.ts'
import { BEGINNING, scheduler as newScheduler } from './scheduler.ts'
import { toApp } from './to-app.ts'
import { story as newStory } from './transcript.ts'
import { PUBLIC_URL, type World } from './world.ts'

export type Run = {
  seed: number
  /** The first thing that must not be, or `null`. */
  violation: Violation | null
  story: string[]
  struck: Fault[]
  /** How much happened. */
  steps: number
  virtualMs: number
  challenges: number
  calls: number
}

/** Long after the last expiry and the longest call: whatever has not ended by then never will. */
const LONGEST_MS = 900_000
const NUMBERS = ['+12025550123', '+12025550124', '+12025550125']

export async function simulate(seed: number): Promise<Run> {
  const dice = throwing(seed)
  const scheduler = newScheduler(dice)
  stand(scheduler, seed)
  const story = newStory(scheduler.now)
  const witness = newWitness()
  const weather = newWeather(dice, scheduler)
  const world: World = {
    dice,
    scheduler,
    weather,
    story,
    witness,
    store: memoryStore(scheduler.now, (commit) => {
      witness.commits.push({ ...commit, at: scheduler.now() })
      const { challenge } = commit.stored
      const state = challenge.outcome ? `${challenge.outcome.status} (${challenge.outcome.reason})` : 'pending'
      story.tell(
        `${challenge.id} version ${challenge.version}: ${commit.line.type} ${JSON.stringify(commit.line.facts)} → ${state}`,
      )
    }),
    bells: doorbells(scheduler, dice, weather),
    exchange: createExchange({
      carriers: COMPANIES,
      clock: { now: () => new Date(scheduler.now()), after: scheduler.after },
      fetch: (request) => carry(request),
      phoneTimeoutMs: 1e9,
    }),
    settings: settingsOf(dice),
    habits: {
      lastMoment: dice.pick([0, 0, 0.1, 1]),
      cancels: dice.pick([0.05, 0.2, 0.7]),
      impatient: dice.pick([0, 0, 0.7]),
    },
    lives: new Set(),
    awayUntil: 0,
    silentUntil: {},
    cutOffUntil: {},
  }
  const carry = toApp(world)
  countCharges(world)
  receive(receiver(world))
  const numbers = NUMBERS.slice(0, dice.between(1, 3))
  for (const name of ['A', 'B']) await begin(world, name)
  const app = openApp(world, numbers)
  for (const number of numbers) void hold(world, number, () => app.pages.get(number)!)
  if (weather.rate('database_away') > 0) outages(world)
  if (weather.rate('carrier_silent') > 0) silences(world)
  if (dice.chance(0.3)) otherTraffic(world)

  let steps = 0
  let violation: Violation | null = null
  const atRest = () => app.idle() && resting(world) && [...app.pages.values()].flat().every((page) => page.over)
  let quietSince: number | null = null
  await scheduler.run(
    scheduler.now() + LONGEST_MS,
    () => {
      if (violation) return true
      if (steps % 64 > 0) return false
      quietSince = atRest() ? (quietSince ?? scheduler.now()) : null
      return quietSince !== null && scheduler.now() - quietSince > 6_000
    },
    () => {
      steps++
      violation ??= watch(world)
    },
  )
  violation ??= judge(world)
  return {
    seed,
    violation,
    story: story.lines(),
    struck: weather.struck.map(({ fault }) => fault),
    steps,
    virtualMs: scheduler.now() - BEGINNING,
    challenges: new Set(witness.commits.map(({ stored }) => stored.challenge.id)).size,
    calls: witness.orders.filter(({ call }) => call).length,
  }
}

/** What the limits were asked to count, and did. */
function countCharges({ store, witness, scheduler }: World): void {
  const { consume: charge } = store.rateLimits
  store.rateLimits.consume = async (limits) => {
    const charged = await charge(limits)
    if (charged.ok) for (const { key } of limits) witness.charges.push({ at: scheduler.now(), key })
    return charged
  }
}

function resting({ store, witness }: World): boolean {
  return (
    store.challenges
      .rows()
      .every(
        ({ challenge }) =>
          challenge.outcome &&
          challenge.deliveries.at(-1)?.progress.state !== 'answered' &&
          challenge.deliveries.at(-1)?.progress.state !== 'placing' &&
          challenge.deliveries.at(-1)?.progress.state !== 'ringing',
      ) &&
    store.outbox.rows().every(({ deliveredAt, failedAt }) => deliveredAt !== null || failedAt !== null) &&
    witness.orders.every(({ call }) => !call || call.state === 'ended')
  )
}

function settingsOf(dice: Dice): ChallengeSettings {
  return {
    publicUrl: PUBLIC_URL,
    secrets: ['a secret of the simulator, long enough'],
    serviceName: 'Acme',
    policy: { gate: true },
    speechSpeed: 1,
    detectVoicemail: dice.chance(0.5),
    pushes: true,
    origin: null,
    countries: '*',
    limits: { number: [{ max: dice.pick([1, 2, 3, 50, 50]), seconds: 600 }], prefix: [], ip: [] },
    cooldown: dice.pick([0, 0, 5, 20]),
    rules: 'standard',
  }
}
