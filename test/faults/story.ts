// One challenge from the app's wish to its outcome, and what the person at the other end really did.

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
import type { Chance } from './chance.ts'
import { type Fleet, nextNumber, SECRET } from './fleet.ts'
import { gateKeys, insists } from './person.ts'

const WAYS = {
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

/** An instance that dies with a creation in hand keeps its key for fifteen seconds. */
const PATIENCE_MS = 60_000

export type Way = keyof typeof WAYS

const OFTEN: Way[] = ['approves', 'approves', 'approves', 'keys_code', 'types_code']
const ALL = [...OFTEN, ...(Object.keys(WAYS) as Way[])]

export type Story = {
  way: Way
  phone: Phone
  challenge: CreatedChallenge
  /** What whoever waited was told. */
  waiters: Promise<Challenge[]>
  /** Whether the app was told that a typed code was right; `null`: it typed none. */
  valid: boolean | null
}

/** Begins a story: resolves once its challenge is made. `person`: until the person has done what they do. */
export function story(all: Fleet, chance: Chance): { story: Promise<Story>; person: Promise<void> } {
  const way = chance.pick(ALL)
  const phone = all.phones.phone(nextNumber())
  const wish = { to: phone.number, flow: WAYS[way], expires_in: 30 }
  const idempotencyKey = randomUUID()
  const begun = insistently(all, () => all.client().create(wish, { idempotencyKey })).then((challenge): Story => {
    const page = all.page(challenge.page_token)
    const waiters = Promise.all([lastOf(page, challenge.id, all.over), page.wait(challenge.id, { signal: all.over })])
    return { way, phone, challenge, waiters, valid: null }
  })
  return { story: begun, person: person(all, way, phone, begun) }
}

/** The phone may well ring before the app has its answer. */
async function person(all: Fleet, way: Way, phone: Phone, begun: Promise<Story>): Promise<void> {
  let over = false
  void begun
    .then(({ waiters }) => waiters)
    .finally(() => {
      over = true
    })
    .catch(() => {})
  while (phone.calls.at(-1)?.state !== 'ringing') {
    if (over || all.over.aborted || phone.calls.at(-1)?.state === 'ended') return
    await pause(50)
  }
  if (way === 'ignores') return phone.ignores()
  if (way === 'declines') return phone.declines()
  await phone.answers()
  if (way === 'hangs_up') return phone.hangsUp().catch(() => {})
  if (way === 'approves') return void (await insists(phone, '1', all.over))
  if (way === 'refuses') return void (await insists(phone, '5', all.over))
  if (way === 'reports') return void (await insists(phone, '9', all.over))
  const story = await begun
  const { challenge } = story
  if (way === 'keys_code') return void (await insists(phone, challenge.display_code ?? '*', all.over))
  await listens(phone, all.over)
  if (way === 'types_code' && /code is/.test(phone.heard)) story.valid = await types(all, challenge)
}

/** Presses the keys that open the code, and listens to the end. */
async function listens(phone: Phone, over: AbortSignal): Promise<void> {
  const call = phone.calls.at(-1)!
  while (call.ending === null && !over.aborted) {
    const gate = gateKeys(phone.heard)
    if (call.keypad && gate && !/code is/.test(phone.heard)) await phone.keys(gate)
    await pause(20)
  }
}

/** As the client's manual has it: after an answer that was lost, the challenge tells whether the guess arrived. */
async function types(all: Fleet, { id, scope, flow }: CreatedChallenge): Promise<boolean> {
  const code = deriveCode(SECRET, { id: id as `chl_${string}`, scope, flow }, 6)
  const client = all.client()
  return insistently(all, async () => {
    const { status } = await client.get(id)
    return status === 'pending' ? (await client.check(id, code)).valid : status === 'approved'
  })
}

async function lastOf(page: Answerback, id: string, signal: AbortSignal): Promise<Challenge> {
  let last: Challenge | null = null
  for await (const challenge of page.watch(id, { signal })) last = challenge
  return last!
}

/** Tries again while nobody is there, or somebody has it in hand. */
async function insistently<T>({ over }: Fleet, work: () => Promise<T>): Promise<T> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const passes = error instanceof AnswerbackError && [0, 409, 502, 503].includes(error.status)
      if (!passes || over.aborted || performance.now() > end) throw error
      await pause(200)
    }
  }
}
