// One challenge from its creation to its outcome, and what the person with the phone did.

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Answerback,
  AnswerbackError,
  type Challenge,
  type CreatedChallenge,
  type Flow,
} from '../../src/client/client.ts'
import { deriveCode } from '../../src/domain/one-time-codes.ts'
import type { Phone } from '../../src/exchange/simulator/phone.ts'
import { nextNumber } from '../support/numbers.ts'
import { gateKeys, pressUntilEnd } from '../support/phone-helpers.ts'
import type { Prng } from '../support/prng.ts'
import { type Fleet, SECRET } from './fleet.ts'

const FLOW_OF = {
  approves: 'approve',
  refuses: 'approve',
  reports: 'approve',
  hangs_up: 'approve',
  declines: 'approve',
  ignores: 'approve',
  keys_code: 'keypad_code',
  types_code: 'send_code',
  forgets_code: 'send_code',
} as const satisfies Record<string, Flow>

/** A killed instance keeps the idempotency key of an unfinished creation for fifteen seconds. */
const RETRY_MS = 180_000

export type Behaviour = keyof typeof FLOW_OF

const OFTEN: Behaviour[] = ['approves', 'approves', 'approves', 'keys_code', 'types_code']
const ALL = [...OFTEN, ...(Object.keys(FLOW_OF) as Behaviour[])]

export type Scenario = {
  behaviour: Behaviour
  phone: Phone
  challenge: CreatedChallenge
  /** What the waiting requests were told. */
  waiters: Promise<Challenge[]>
  /** Whether the app was told that a typed code was right; `null`: it typed none. */
  valid: boolean | null
}

/** Begins a scenario: resolves once its challenge is made. `person`: until the person has done what they do. */
export function startScenario(all: Fleet, prng: Prng): { scenario: Promise<Scenario>; playPerson: Promise<void> } {
  const behaviour = prng.pick(ALL)
  const phone = all.phones.phone(nextNumber())
  const wish = { to: phone.number, flow: FLOW_OF[behaviour], expires_in: 30 }
  const idempotencyKey = randomUUID()
  const begun = retried(all, () => all.client().create(wish, { idempotencyKey })).then((challenge): Scenario => {
    const page = all.page(challenge.page_token)
    const waiters = Promise.all([
      lastEventOf(page, challenge.id, all.ended),
      page.wait(challenge.id, { signal: all.ended }),
    ])
    return { behaviour, phone, challenge, waiters, valid: null }
  })
  return { scenario: begun, playPerson: person(all, behaviour, phone, begun) }
}

/** The phone may well ring before the app has its answer. */
async function person(all: Fleet, behaviour: Behaviour, phone: Phone, begun: Promise<Scenario>): Promise<void> {
  let ended = false
  void begun
    .then(({ waiters }) => waiters)
    .finally(() => {
      ended = true
    })
    .catch(() => {})
  while (phone.calls.at(-1)?.state !== 'ringing') {
    if (ended || all.ended.aborted || phone.calls.at(-1)?.state === 'ended') return
    await pause(50)
  }
  if (behaviour === 'ignores') return phone.ignores()
  if (behaviour === 'declines') return phone.declines()
  await phone.answers()
  if (behaviour === 'hangs_up') return phone.hangsUp().catch(() => {})
  if (behaviour === 'approves') return void (await pressUntilEnd(phone, '1', all.ended))
  if (behaviour === 'refuses') return void (await pressUntilEnd(phone, '5', all.ended))
  if (behaviour === 'reports') return void (await pressUntilEnd(phone, '9', all.ended))
  const scenario = await begun
  const { challenge } = scenario
  if (behaviour === 'keys_code') return void (await pressUntilEnd(phone, challenge.display_code ?? '*', all.ended))
  await listenToCode(phone, all.ended)
  if (behaviour === 'types_code' && /code is/.test(phone.heard)) scenario.valid = await typeCode(all, challenge)
}

/** Presses the gate keys and listens to the end. */
async function listenToCode(phone: Phone, ended: AbortSignal): Promise<void> {
  const call = phone.calls.at(-1)!
  while (call.ending === null && !ended.aborted) {
    const gate = gateKeys(phone.heard)
    if (call.keypad && gate && !/code is/.test(phone.heard)) await phone.keys(gate)
    await pause(20)
  }
}

/** As the client's manual has it: after an answer that was lost, the challenge tells whether the guess arrived. */
async function typeCode(all: Fleet, { id, scope, flow }: CreatedChallenge): Promise<boolean> {
  const code = deriveCode(SECRET, { id: id as `chl_${string}`, scope, flow }, 6)
  const client = all.client()
  return retried(all, async () => {
    const { status } = await client.get(id)
    return status === 'pending' ? (await client.check(id, code)).valid : status === 'approved'
  })
}

async function lastEventOf(page: Answerback, id: string, signal: AbortSignal): Promise<Challenge> {
  let last: Challenge | null = null
  for await (const challenge of page.watch(id, { signal })) last = challenge
  return last!
}

/** Tries again while no instance answers, or another request holds the idempotency key. */
async function retried<T>({ ended }: Fleet, work: () => Promise<T>): Promise<T> {
  const end = performance.now() + RETRY_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const passes = error instanceof AnswerbackError && [0, 409, 502, 503].includes(error.status)
      if (!passes || ended.aborted || performance.now() > end) throw error
      await pause(200)
    }
  }
}
