// A story: an app creates a challenge, a person has the phone, the exchange is the carrier. After each of them the exchange
// must have found no violation, and no code or number may stand where it must not.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ChallengeSettings } from '../../src/challenges/challenge-settings.ts'
import { timelineSentences } from '../../src/challenges/timeline-sentences.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import { noFaults } from '../../src/exchange/simulator/fault-injection.ts'
import type { Phone } from '../../src/exchange/simulator/phone.ts'
import type { ChallengeRecord } from '../../src/store/types.ts'
import type { Clock } from '../../src/time/clock.ts'
import { type Answer, as, type Server, startServer } from '../http/test-server.ts'
import { nextNumber } from '../support/numbers.ts'
import { later } from './later.ts'

export type World = {
  server: Server
  /** Creates a challenge to a new number, whose phone `before` prepares, and follows its events. */
  verify(wanted?: object, before?: (phone: Phone) => void): Promise<Case>
  /** Everything that is under way has come to rest. */
  calm(): Promise<void>
  /** Moves the exchange's clock. */
  pass(seconds: number): Promise<void>
  /** A violation that the exchange reports in this story on purpose. */
  expects(complaint: RegExp): void
}

export type Case = {
  id: ChallengeId
  number: string
  phone: Phone
  created: Answer['json']
  /** As the app sees it now. */
  now(): Promise<Answer['json']>
  stored(): Promise<ChallengeRecord>
  /** Once all is calm, it has ended so. */
  ends(status: string, reason: string): Promise<void>
  stays(): Promise<void>
  /** Keys may still be on their way when a call has ended: the outcome waits for them for five seconds. */
  endsHungUp(): Promise<void>
  code(): Promise<string>
  wrongCode(): Promise<string>
  check(code: string): Promise<Answer['json']>
  cancel(): Promise<Answer>
  again(channel: string): Promise<Answer>
  /** The result of each delivery. */
  results(): Promise<(string | null)[]>
  /** What the page that waits was told, one line a change. */
  told: string[]
  /** The page that waits has been told the outcome. */
  heardOut: Promise<void>
}

/** A server for the stories of one file. */
export function stage(settings: Partial<ChallengeSettings> = {}, time?: Clock) {
  let server: Server
  before(async () => {
    server = await startServer(settings, ['twilio'], time)
  })
  after(() => server.stop())

  return (name: string, tell: (world: World) => Promise<void>, options: { skip?: string | boolean } = {}) =>
    test(name, { timeout: 60_000, ...options }, async () => {
      const { world, close } = begin(server)
      try {
        await tell(world)
      } finally {
        server.phones.injectFaults(noFaults())
      }
      await close()
    })
}

function begin(server: Server) {
  const { phones, challenges, clock, calm } = server
  const cases: Case[] = []
  const complaints: RegExp[] = []
  const answers: string[] = []
  const leaving = new AbortController()
  const before = {
    faults: phones.violations.length,
    wire: phones.httpLog.at(-1)?.id ?? 0,
    logged: server.logged.length,
  }

  async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const answer = await server.ask(method, path, body, headers)
    answers.push(answer.text)
    return answer
  }

  async function verify(wanted: object = {}, first: (phone: Phone) => void = () => {}): Promise<Case> {
    const number = nextNumber()
    first(phones.phone(number))
    // Calls are looked for among those since the challenge began, so the exchange's clock must not be behind.
    await clock.advance(Math.max(0, Date.now() - clock.now().getTime()))
    const { json: created, status } = await ask('POST', '/v1/challenges', { to: number, ...wanted })
    assert.equal(status, 201, created.detail)
    const path = `/v1/challenges/${created.id}`
    const told: string[] = []
    const heardOut = listen(server, path, told, leaving.signal)
    const now = async () => (await ask('GET', path)).json
    const stored = async () => (await challenges.find(created.id))!
    const code = async () => challenges.secrets.code(await stored())
    const one: Case = {
      id: created.id as ChallengeId,
      number,
      phone: phones.phone(number),
      created,
      now,
      stored,
      code,
      told,
      heardOut,
      async ends(status, reason) {
        await calm()
        const { status: is, reason: why } = await now()
        assert.deepEqual([is, why], [status, reason])
      },
      async endsHungUp() {
        await one.stays()
        // The embedded database has no second client that could let time pass.
        if (server.databaseUrl === null) return
        await later(server, created.id, 6)
        await one.ends('undelivered', 'hung_up')
      },
      async stays() {
        await calm()
        assert.equal((await now()).status, 'pending')
      },
      wrongCode: async () => (await code()).replace(/./g, (digit) => String(9 - Number(digit))),
      check: async (guess) => (await ask('POST', `${path}/check`, { code: guess })).json,
      cancel: () => ask('POST', `${path}/cancel`, {}),
      again: (channel) => ask('POST', `${path}/deliveries`, { channel }, as(created.page_token)),
      results: async () => (await now()).deliveries.map(({ result }) => result),
    }
    cases.push(one)
    return one
  }

  async function close() {
    await calm()
    const faults = phones.violations.slice(before.faults).map(({ message }) => message)
    assert.deepEqual(
      faults.filter((fault) => !complaints.some((complaint) => complaint.test(fault))),
      [],
    )
    for (const one of cases) {
      const { status } = await one.now()
      if (status === 'pending') leaving.abort()
      await one.heardOut
      if (status !== 'pending') assert.match(one.told.at(-1) ?? '', new RegExp(`"status":"${status}"`))
      await keptSecret(one)
    }
  }

  /** Neither stands in an address, the log, the ledger, the timeline, its sentences, what the page was told, or in an answer of the API. */
  async function keptSecret({ id, number, code, created, told }: Case) {
    const urls = phones.httpLog.filter((entry) => entry.id > before.wire && !isSearch(entry)).map(({ url }) => url)
    const timeline = await ask('GET', `/v1/challenges/${id}/timeline`)
    const places = {
      timeline: timeline.text,
      sentences: await sentencesOf(server, id),
      urls,
      log: server.logged.slice(before.logged),
      ledger: await challenges.ledger(id),
      told,
      answers: answers.map((answer) => answer.replace(`"display_code":"${created.display_code}"`, '')),
    }
    for (const [place, texts] of Object.entries(places)) {
      const all = JSON.stringify(texts)
      assert.ok(!new RegExp(`(?<!\\d)${await code()}(?!\\d)`).test(all), `the code stands in ${place}`)
      assert.ok(!all.includes(number.slice(2)), `the number stands in ${place}`)
    }
  }

  const world: World = {
    server,
    verify,
    calm,
    async pass(seconds) {
      await calm()
      await clock.advance(seconds * 1000)
      await calm()
    },
    expects: (complaint) => void complaints.push(complaint),
  }
  return { world, close }
}

/** What a support agent reads. */
export async function sentencesOf({ challenges }: Server, id: ChallengeId): Promise<string[]> {
  const events = await challenges.timeline((await challenges.find(id))!)
  return timelineSentences(events).map(({ text }) => text)
}

/** A lost call can be found again only by its number, and that search is a GET: twilio.com/docs/voice/api/call-resource */
function isSearch({ direction, method, url }: { direction: string; method: string; url: string }): boolean {
  return direction === 'in' && method === 'GET' && new URL(url).pathname.endsWith('/Calls.json')
}

async function listen(server: Server, path: string, told: string[], left: AbortSignal): Promise<void> {
  const response = await server.app.request(`${path}/events`, { headers: as(server.key) })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  left.addEventListener('abort', () => void reader.cancel())
  // A story may be over before its page had the answer, and then the signal has gone by unheard.
  if (left.aborted) void reader.cancel()
  let text = ''
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    text += part.value
    const events = text.split('\n\n')
    text = events.pop()!
    told.push(...events.flatMap((event) => event.split('\n').filter((line) => line.startsWith('data: '))))
  }
}
