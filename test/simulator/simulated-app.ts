// The web app: it starts challenges of every kind, again when it got no answer, and changes its mind.

import type { ChallengeView } from '../../src/http/challenge-view.ts'
import { callApi, recordView } from './api-client.ts'
import { openPage, type Page } from './page.ts'
import type { World } from './world.ts'

export type App = {
  pages: Map<string, Page[]>
  /** Nothing more will be begun. */
  idle(): boolean
}

/** A call to a mailbox and its challenge are over by then. */
const MAILBOX_CALL_MS = 60_000
const LAST_BEGUN_MS = 400_000

export function openApp(world: World, numbers: string[]): App {
  const { scheduler, prng, recorder, transcript } = world
  const pages = new Map<string, Page[]>(numbers.map((number) => [number, []]))
  const isMailbox = prng.chance(world.probabilities.mailbox)
  let begun = isMailbox ? 6 : prng.between(1, 5)
  const { more } = world.probabilities
  let busy = begun + more
  const over = () => {
    busy--
  }

  for (let index = 0; index < more; index++)
    scheduler.after(prng.between(0, LAST_BEGUN_MS), () => void start(prng.pick(numbers), null).finally(over))

  for (; begun > 0; begun--) {
    const key = prng.chance(0.6) ? `key-${begun}` : null
    scheduler.after(
      isMailbox ? begun * MAILBOX_CALL_MS : prng.between(0, prng.pick([0, 5_000, 60_000])),
      () => void start(isMailbox ? numbers[0]! : prng.pick(numbers), key).finally(over),
    )
  }
  return { pages, idle: () => busy === 0 }

  async function start(to: string, key: string | null): Promise<void> {
    const body = wanted(to)
    if (key !== null && prng.chance(0.2)) void create(to, key, body)
    for (let tries = 0; tries < (key === null ? 1 : 12); tries++) {
      const created = await create(to, key, body)
      if (created === 'refused') return
      if (created) return use(created, to)
      await scheduler.sleep(prng.between(500, 4_000))
    }
  }

  function wanted(to: string) {
    if (isMailbox) return { to, flow: 'send_code', channel: 'call', fallback: [], expires_in: 30 }
    const flow = prng.pick(['send_code', 'send_code', 'keypad_code', 'approve'] as const)
    const channel = flow === 'send_code' && prng.chance(0.25) ? 'sms' : 'call'
    const fallback = flow === 'send_code' && prng.chance(0.4) ? [channel === 'sms' ? 'call' : 'sms'] : []
    const expires_in = prng.pick([30, 60, 60, 120, 200])
    return {
      to,
      flow,
      channel,
      fallback,
      expires_in,
      ...(world.probabilities.requiresPage && { require_waiter: true }),
      ...(prng.chance(0.15) && { carrier: prng.pick(['twilio', 'signalwire']) }),
    }
  }

  async function create(to: string, key: string | null, body: object): Promise<ChallengeView | 'refused' | null> {
    const fact = {
      what: 'create' as const,
      challenge: null as string | null,
      key,
      to,
      askedAt: scheduler.now(),
      answeredAt: null as number | null,
      status: null as number | null,
      code: null as string | null,
    }
    recorder.apiRequests.push(fact)
    const headers = key === null ? {} : { 'Idempotency-Key': key }
    const answer = await callApi(world, 'POST', '/v1/challenges', { body, headers })
    transcript.add(
      `the app wants ${JSON.stringify(body)}${key ? ` under ${key}` : ''}: ${answer ? `${answer.status} ${answer.json.id ?? answer.json.code} ${answer.json.status}` : 'no answer'}`,
    )
    if (!answer) return null
    fact.answeredAt = scheduler.now()
    fact.status = answer.status
    fact.code = (answer.json.code as string | undefined) ?? null
    if (answer.status === 201) {
      const view = answer.json as ChallengeView
      fact.challenge = view.id
      recordView(world, 'create', view)
      return view
    }
    const again = answer.status >= 500 || (answer.status === 409 && String(answer.json.detail).includes('in progress'))
    return again ? null : 'refused'
  }

  function use(created: ChallengeView, to: string): void {
    const page = openPage(world, created as Parameters<typeof openPage>[1])
    pages.get(to)!.push(page)
    if (prng.chance(more > 0 ? 0.9 : world.probabilities.cancels))
      scheduler.after(prng.between(0, prng.pick([300, 1_500, 8_000, 40_000])), () => void page.cancel())
    for (let more = prng.pick([0, 0, 1, 2]); more > 0; more--) {
      scheduler.after(prng.between(1_000, 90_000), () => {
        if (!page.over) void page.again(prng.pick(['call', 'call', 'sms']))
      })
    }
  }
}
