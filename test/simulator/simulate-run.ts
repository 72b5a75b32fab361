// One run: its parts drawn from a seed, everything that happens, and the invariants checked.

import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import { createExchange } from '../../src/exchange/exchange.ts'
import { createPrng, type Prng } from '../support/prng.ts'
import { CARRIER_ACCOUNTS } from './carrier-accounts.ts'
import { createChangeNotifiers } from './change-notifiers.ts'
import { drawFaultRates, type Fault } from './fault-rates.ts'
import { deliverTo } from './http-post-stub.ts'
import { checkAfterStep, checkAtEnd, type Violation } from './invariants.ts'
import { memoryStore } from './memory-store.ts'
import { carrierOutages, databaseOutages, otherTraffic, runInstance } from './outages.ts'
import { useRun } from './patched-globals.ts'
import { playPerson } from './person.ts'
import { createWebhookReceiver } from './push-receiver.ts'
import { createRecorder } from './recorder.ts'
import { createScheduler, START_MS } from './scheduler.ts'
import { openApp } from './simulated-app.ts'
import { createTranscript } from './transcript.ts'
import { createWebhookNetwork } from './webhook-network.ts'
import { PUBLIC_URL, type World } from './world.ts'

export type Run = {
  seed: number
  /** The first thing that must not be, or `null`. */
  violation: Violation | null
  transcript: string[]
  faults: Fault[]
  /** How much happened. */
  steps: number
  virtualMs: number
  challenges: number
  calls: number
}

/** Long after the last expiry and the longest call: whatever has not ended by then never will. */
const MAX_RUN_MS = 900_000
const NUMBERS = ['+12025550123', '+12025550124', '+12025550125']

export async function simulate(seed: number): Promise<Run> {
  const prng = createPrng(seed)
  const scheduler = createScheduler(prng)
  useRun(scheduler, seed)
  const transcript = createTranscript(scheduler.now)
  const recorder = createRecorder()
  const faultRates = drawFaultRates(prng, scheduler)
  const rules = drawRules(seed)
  const world: World = {
    prng,
    scheduler,
    faultRates,
    transcript,
    recorder,
    store: memoryStore(scheduler.now, (commit) => {
      recorder.commits.push({ ...commit, at: scheduler.now() })
      const { challenge } = commit.stored
      const state = challenge.outcome ? `${challenge.outcome.status} (${challenge.outcome.reason})` : 'pending'
      transcript.add(
        `${challenge.id} version ${challenge.version}: ${commit.line.type} ${JSON.stringify(commit.line.facts)} → ${state}`,
      )
    }),
    changeNotifiers: createChangeNotifiers(scheduler, prng, faultRates),
    exchange: createExchange({
      carriers: CARRIER_ACCOUNTS,
      clock: { now: () => new Date(scheduler.now()), after: scheduler.after },
      fetch: (request) => carry(request),
      phoneTimeoutMs: 1e9,
    }),
    settings: drawSettings(prng, rules.modes),
    probabilities: {
      lastMoment: prng.pick([0, 0, 0.1, 1]),
      cancels: prng.pick([0.05, 0.2, 0.7]),
      impatient: prng.pick([0, 0, 0.7]),
      mailbox: prng.chance(0.05) ? 1 : 0,
      // Drawn apart, so that the other runs are as they were without it.
      requiresPage: createPrng(seed + 1_000_000_007).chance(0.15),
      more: rules.more,
    },
    instances: new Set(),
    databaseDownUntil: 0,
    carrierSilentUntil: {},
    carrierCutOffUntil: {},
  }
  const carry = createWebhookNetwork(world)
  deliverTo(createWebhookReceiver(world))
  const numbers = NUMBERS.slice(0, prng.between(1, 3))
  for (const name of ['A', 'B']) await runInstance(world, name)
  const app = openApp(world, numbers)
  for (const number of numbers) void playPerson(world, number, () => app.pages.get(number)!)
  if (faultRates.rate('database_away') > 0) databaseOutages(world)
  if (faultRates.rate('carrier_silent') > 0) carrierOutages(world)
  if (prng.chance(0.3)) otherTraffic(world)

  let steps = 0
  let violation: Violation | null = null
  const atRest = () => app.idle() && isAtRest(world) && [...app.pages.values()].flat().every((page) => page.over)
  let quietSince: number | null = null
  await scheduler.run(
    scheduler.now() + MAX_RUN_MS,
    () => {
      if (violation) return true
      if (steps % 64 > 0) return false
      quietSince = atRest() ? (quietSince ?? scheduler.now()) : null
      return quietSince !== null && scheduler.now() - quietSince > 6_000
    },
    () => {
      steps++
      violation ??= checkAfterStep(world)
    },
  )
  violation ??= checkAtEnd(world)
  return {
    seed,
    violation,
    transcript: transcript.lines(),
    faults: faultRates.occurred.map(({ fault }) => fault),
    steps,
    virtualMs: scheduler.now() - START_MS,
    challenges: new Set(recorder.commits.map(({ stored }) => stored.challenge.id)).size,
    calls: recorder.deliveryRequests.filter(({ call }) => call).length,
  }
}

function isAtRest({ store, recorder }: World): boolean {
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
    recorder.deliveryRequests.every(({ call }) => !call || call.state === 'ended')
  )
}

/**
 * Rules about traffic, and so many challenges more, mostly given up, that one may come to stand. Drawn apart, so that the other
 * runs are as they were without it.
 */
function drawRules(seed: number): { modes: ChallengeSettings['traffic']['modes']; more: number } {
  const prng = createPrng(seed + 2_000_000_011)
  const draw = () => prng.pick(['enforce', 'record'] as const)
  const off = { conversion: 'off', neighbours: 'off', unverified: 'off', spending: 'off', carriers: 'off' } as const
  if (!prng.chance(0.25)) return { modes: off, more: 0 }
  const modes = { conversion: draw(), neighbours: draw(), unverified: draw(), spending: draw() }
  return { modes: { ...off, ...modes }, more: prng.pick([0, 8, 25]) }
}

function drawSettings(prng: Prng, modes: ChallengeSettings['traffic']['modes']): ChallengeSettings {
  return {
    publicUrl: PUBLIC_URL,
    secrets: ['a secret of the simulator, long enough'],
    serviceName: 'Acme',
    carriers: null,
    from: {},
    policy: { gate: true, drawnKey: prng.chance(0.5) },
    sharedPhrase: prng.chance(0.3),
    speechSpeed: 1,
    detectVoicemail: prng.chance(0.5),
    pushes: true,
    origin: null,
    locale: 'en-US',
    messages: { call: {}, sms: {} },
    countries: '*',
    possibleRegions: new Set(),
    limits: { number: [{ max: prng.pick([1, 2, 3, 50, 50]), seconds: 600 }], prefix: [], ip: [] },
    // A mailbox that guesses keys would be called three times only.
    waitsUnanswered: false,
    cooldown: prng.pick([0, 0, 5, 20]),
    policyName: 'standard',
    fraudFreeze: 30,
    quietHours: null,
    guardPushes: false,
    traffic: {
      modes,
      unverifiedBudget: 100,
      spending: { service: [], all: [] },
      deck: [{ prefix: '+', carrier: null, perMinute: 200, perText: 100 }],
    },
  }
}
