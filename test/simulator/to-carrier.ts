// From an instance to a carrier: the wire on which an answer may be lost though the phone rings.

import type { Fetch } from '../../src/carriers/http-client.ts'
import type { CarrierName, ChallengeId, DeliveryId } from '../../src/domain/challenge.ts'
import type { Order } from './recorder.ts'
import type { World } from './world.ts'

const PROMPT_MS = 200

type Way = {
  there: number | null
  back: number
  /** Instead of the company's own answer. */
  instead?: { status: number; body: string; type?: string }
  breaks?: { code: string; syscall: string }
}

export function toCarrier(world: World, carrier: CarrierName, alive: () => boolean): Fetch {
  const { scheduler, story, exchange } = world

  return (url, init) =>
    new Promise((resolve, reject) => {
      if (!alive()) return
      const creates = init.method === 'POST' && /(Calls|Messages)\.json$/.test(url)
      const order = creates ? ordered(world, carrier, String(init.body)) : null
      const way = wayOf(world, carrier, creates)
      const asks = order ? `asks ${carrier} for ${order.delivery}` : `${init.method} ${about(url)} at ${carrier}`
      story.tell(`${asks}${way.there === null ? ', in vain' : ''}${way.instead ? `, gets ${way.instead.status}` : ''}`)
      const hung = init.method === 'POST' && /Calls\/([\w-]+)\.json$/.exec(url)?.[1]
      if (hung && (way.there === null || way.there + way.back > PROMPT_MS || way.instead || way.breaks))
        world.witness.clung.add(hung)
      init.signal?.addEventListener('abort', () => alive() && reject(init.signal!.reason))
      const breakOff = () =>
        scheduler.after(way.back, () => {
          if (alive()) reject(new TypeError('fetch failed', { cause: Object.assign(new Error('broke'), way.breaks) }))
        })
      const answer = (response: Response) => scheduler.after(way.back, () => alive() && resolve(response))
      const instead = () =>
        answer(
          new Response(way.instead!.body, {
            status: way.instead!.status,
            headers: { 'content-type': way.instead!.type ?? 'application/json' },
          }),
        )

      if (way.there === null) {
        if (way.breaks) breakOff()
        else if (way.instead) instead()
        return
      }
      scheduler.after(way.there, async () => {
        const { method = 'GET', headers = {}, body = null } = init
        const response = await exchange.app.fetch(new Request(url, { method, headers, body }))
        const text = await response.clone().text()
        if (order) taken(world, order, text)
        if (way.breaks) breakOff()
        else if (way.instead) instead()
        else answer(response)
      })
    })
}

const REFUSED = [
  { status: 429, body: '{"code":20429,"message":"Too many requests","status":429}' },
  { status: 400, body: '{"code":21215,"message":"Not enabled for this region","status":400}' },
  { status: 401, body: '{"code":20003,"message":"Authenticate","status":401}' },
]
const NO_SUCH_NUMBER = { status: 400, body: '{"code":21211,"message":"Not a valid number","status":400}' }
const PAGE = { status: 200, body: '<!doctype html><h1>Please wait</h1>', type: 'text/html' }
const RESET = { code: 'ECONNRESET', syscall: 'read' }

/** Long after anybody's patience. */
const NEVER = 3_600_000

function wayOf({ dice, weather, scheduler, silentUntil }: World, carrier: CarrierName, creates: boolean): Way {
  const there = dice.between(5, 60)
  const back = dice.between(5, 60)
  if (scheduler.now() < (silentUntil[carrier] ?? 0)) return { there: dice.chance(0.85) ? there : null, back: NEVER }
  if (weather.strikes('carrier_unreached'))
    return { there: null, back, breaks: { code: 'ECONNREFUSED', syscall: 'connect' } }
  if (weather.strikes('carrier_request_lost')) {
    // Silence, or a reset in the middle of it.
    return dice.chance(0.5) ? { there: null, back: NEVER } : { there: null, back, breaks: RESET }
  }
  if (weather.strikes('carrier_answer_lost'))
    return dice.chance(0.5) ? { there, back: NEVER } : { there, back, breaks: RESET }
  if (weather.strikes('carrier_slow')) return { there: dice.between(5, 4_000), back: dice.between(5, 6_000) }
  if (weather.strikes('carrier_fails'))
    return { there: null, back, instead: { status: 500, body: '{"code":20500,"status":500}' } }
  if (weather.strikes('carrier_fails_after'))
    return { there, back, instead: { status: 503, body: '{"code":20503,"status":503}' } }
  if (weather.strikes('carrier_garbage')) return { there: null, back, instead: PAGE }
  if (creates && weather.strikes('carrier_refuses')) return { there: null, back, instead: dice.pick(REFUSED) }
  if (creates && weather.strikes('carrier_blames_number')) return { there: null, back, instead: NO_SUCH_NUMBER }
  return { there, back }
}

const LINK = /\/(?:voice\/\w+\/[\w-]+|sms\/\w+)\/(chl_[\w-]+)\/(dlv_[\w-]+)/

function ordered({ scheduler, witness }: World, carrier: CarrierName, body: string): Order {
  const form = new URLSearchParams(body)
  for (const name of ['Url', 'StatusCallback', 'FallbackUrl', 'AsyncAmdStatusCallback']) {
    const url = form.get(name)
    if (url) witness.urls.add(url)
  }
  const link = form.get('Url') ?? form.get('StatusCallback') ?? ''
  const [, challenge, delivery] = LINK.exec(link) ?? []
  const order: Order = {
    channel: form.has('Url') ? 'call' : 'sms',
    carrier,
    challenge: challenge as ChallengeId,
    delivery: delivery as DeliveryId,
    to: form.get('To') ?? '',
    leftAt: scheduler.now(),
    ref: null,
    takenAt: null,
    call: null,
  }
  witness.orders.push(order)
  return order
}

function taken({ scheduler, exchange }: World, order: Order, answer: string): void {
  const { sid } = JSON.parse(answer)
  if (typeof sid !== 'string') return
  order.ref = sid
  order.takenAt = scheduler.now()
  order.call = exchange.phone(order.to).calls.find(({ id }) => id === sid) ?? null
}

const about = (url: string) =>
  url
    .replace(/^https?:\/\/[^/]+/, '')
    .replace(/\?.*/, '')
    .split('/')
    .slice(-1)[0]
