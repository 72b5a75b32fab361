// The app's page for one challenge: it waits for the outcome by any instance, and sends what the person types.

import { challengeSecrets } from '../../src/challenges/challenge-secrets.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { ChallengeView } from '../../src/http/challenge-view.ts'
import { callApi, pickInstance, recordView, request } from './api-client.ts'
import { sendTo } from './instance.ts'
import type { Wait } from './recorder.ts'
import { useApproval } from './use-approval.ts'
import type { World } from './world.ts'

export type Page = {
  id: ChallengeId
  displayCode: string | null
  over: boolean
  /** The person types the code that they have heard or read. */
  type(code: string): void
  cancel(): Promise<void>
  again(channel: 'call' | 'sms'): Promise<void>
}

type Created = ChallengeView & { page_token: string; display_code?: string }

export function openPage(world: World, created: Created): Page {
  const { scheduler, prng, recorder, transcript, store } = world
  const id = created.id as ChallengeId
  const path = `/v1/challenges/${id}`
  const last = created.flow === 'send_code' && prng.chance(world.probabilities.lastMoment)
  let typed = last

  const page: Page = {
    id,
    displayCode: created.display_code ?? null,
    over: created.status !== 'pending',
    type(code) {
      if (typed || page.over) return
      typed = true
      void guess(code)
    },
    async cancel() {
      const asked = noted('cancel')
      const answer = await callApi(world, 'POST', `${path}/cancel`, bearer())
      answered(asked, answer)
      transcript.add(`the app cancels ${id}: ${answer?.status ?? 'no answer'}`)
    },
    async again(channel) {
      const asked = noted('redeliver')
      const answer = await callApi(world, 'POST', `${path}/deliveries`, { ...bearer(), body: { channel } })
      answered(asked, answer)
      transcript.add(`the app asks for another ${channel} for ${id}: ${answer?.status ?? 'no answer'}`)
    },
  }
  if (last)
    scheduler.after(
      Date.parse(created.expires_at) - scheduler.now() - prng.between(0, 100),
      () => void check(rightCode()),
    )
  if (last && prng.chance(0.5))
    scheduler.after(
      Date.parse(created.expires_at) - scheduler.now() - prng.between(1_500, 9_000),
      () => void page.again('call'),
    )
  /** For good. */
  const closed = new AbortController()
  if (world.probabilities.requiresPage && prng.chance(0.4))
    scheduler.after(prng.between(500, 15_000), () => {
      page.over = true
      closed.abort()
    })
  if (!page.over) for (let waiter = prng.between(1, 2); waiter > 0; waiter--) void follow()
  return page

  function bearer() {
    return isByPage() ? { bearer: created.page_token } : {}
  }

  function isByPage(): boolean {
    return prng.chance(0.5) || (world.probabilities.requiresPage && prng.chance(0.8))
  }

  function noted(what: 'cancel' | 'redeliver') {
    const asked = {
      what,
      challenge: id as string,
      key: null,
      to: created.to,
      askedAt: scheduler.now(),
      answeredAt: null as number | null,
      status: null as number | null,
      code: null,
    }
    recorder.apiRequests.push(asked)
    return asked
  }

  function answered(asked: ReturnType<typeof noted>, answer: Awaited<ReturnType<typeof callApi>>): void {
    if (!answer) return
    asked.answeredAt = scheduler.now()
    asked.status = answer.status
    if (answer.status < 300) recordView(world, asked.what, answer.json as ChallengeView)
  }

  /** The right code; sometimes after a wrong one, or eight guesses at once. */
  async function guess(code: string): Promise<void> {
    const wrong = code.replace(/^./, (digit) => String((Number(digit) + 1 + prng.between(0, 7)) % 10))
    const style = prng.between(0, 9)
    const codes =
      style < 6 ? [code] : style < 8 ? [wrong, code] : Array.from({ length: 8 }, () => prng.pick([wrong, wrong, code]))
    await scheduler.sleep(prng.between(500, 6_000))
    if (prng.chance(world.probabilities.impatient)) {
      await scheduler.sleep(prng.between(3_000, 10_000))
      await page.again('call')
      await scheduler.sleep(prng.between(1_000, 5_000))
    }
    if (style >= 8) await Promise.all(codes.map(check))
    else for (const one of codes) if (await check(one)) await scheduler.sleep(prng.between(100, 3_000))
    // Without an answer the person tries once more.
    if (!page.over && prng.chance(0.7)) await check(code)
    typed = page.over || prng.chance(0.5)
  }

  async function check(code: string): Promise<boolean> {
    const right = code === rightCode()
    const fact = {
      challenge: id,
      right,
      askedAt: scheduler.now(),
      answeredAt: null as number | null,
      answer: null as null | Checked,
    }
    recorder.codeChecks.push(fact)
    const answer = await callApi(world, 'POST', `${path}/check`, { ...bearer(), body: { code } })
    if (answer) fact.answeredAt = scheduler.now()
    if (answer?.status === 200) fact.answer = answer.json as Checked
    transcript.add(
      `${right ? 'the right' : 'a wrong'} code is typed for ${id}: ${answer ? JSON.stringify(answer.json) : 'no answer'}`,
    )
    return answer?.status === 200
  }

  function rightCode(): string {
    return challengeSecrets(world.settings.secrets).code(
      store.challenges.rows().find(({ challenge }) => challenge.id === id)!,
    )
  }

  /** Waits, again and again, until it is told the outcome. */
  async function follow(): Promise<void> {
    for (let tries = 0; !page.over && tries < 200; tries++) {
      const how = prng.chance(0.5) ? ('wait' as const) : ('events' as const)
      const wait: Wait = {
        challenge: id,
        how,
        from: scheduler.now(),
        until: 0,
        broken: true,
        last: null,
        byPage: false,
      }
      recorder.waits.push(wait)
      await (how === 'wait' ? long(wait) : stream(wait)).catch(() => {})
      wait.until = scheduler.now()
      const status = wait.last?.status
      transcript.add(`${how} for ${id} ends: ${wait.broken ? 'broken off' : status}`)
      if (status === 'approved') void useApproval(world, id)
      if (status !== undefined && status !== 'pending') page.over = true
      else await scheduler.sleep(prng.between(200, 1_500))
    }
  }

  function asked(wait: Wait) {
    const given = bearer()
    wait.byPage = 'bearer' in given
    return given
  }

  async function long(wait: Wait): Promise<void> {
    const instance = pickInstance(world)
    if (!instance) return
    const gone = new AbortController()
    const seconds = prng.pick([5, 25, 55])
    if (prng.chance(0.1)) scheduler.after(prng.between(100, 20_000), () => gone.abort())
    closed.signal.addEventListener('abort', () => gone.abort())
    wait.from = scheduler.now()
    const response = await sendTo(
      instance,
      request('GET', `${path}?wait=${seconds}`, { ...asked(wait), signal: gone.signal }),
    )
    const view = (await response.json()) as ChallengeView
    if (response.status !== 200) return
    wait.broken = gone.signal.aborted
    wait.last = view
    recordView(world, 'wait', view)
  }

  async function stream(wait: Wait): Promise<void> {
    const instance = pickInstance(world)
    if (!instance) return
    wait.from = scheduler.now()
    const response = await sendTo(instance, request('GET', `${path}/events`, asked(wait)))
    if (response.status !== 200 || !response.body) return
    const reader = response.body.getReader()
    closed.signal.addEventListener('abort', () => void reader.cancel().catch(() => {}))
    const leaves = prng.chance(0.2) ? scheduler.now() + prng.between(100, 30_000) : Number.POSITIVE_INFINITY
    let text = ''
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), instance.crashed])
      if (done) break
      text += new TextDecoder().decode(value)
      if (scheduler.now() > leaves) return void reader.cancel().catch(() => {})
      for (const [, data] of text.matchAll(/^data: (.*)\n\n/gm)) {
        wait.last = JSON.parse(data!)
        recordView(world, 'events', wait.last!)
        recorder.publicBodies.push(data!)
      }
      text = text.slice(text.lastIndexOf('\n\n') + 2)
    }
    wait.broken = wait.last === null || wait.last.status === 'pending'
  }
}

type Checked = { valid: boolean; status: string; attempts_left: number }
