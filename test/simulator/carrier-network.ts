// From an instance to a carrier: the wire on which an answer may be lost though the phone rings.

import { type Fetch, NotConnected } from '../../src/carriers/http-client.ts'
import type { CarrierName, ChallengeId, DeliveryId } from '../../src/domain/challenge.ts'
import type { DeliveryRequest } from './recorder.ts'
import type { World } from './world.ts'

const PROMPT_MS = 200

type Route = {
  there: number | null
  back: number
  /** Instead of the carrier's own answer. */
  instead?: { status: number; body: string; type?: string }
  breaks?: { code: string; syscall: string }
}

export function carrierFetch(world: World, carrier: CarrierName, alive: () => boolean): Fetch {
  const { scheduler, transcript, exchange } = world

  return (url, init) =>
    new Promise((resolve, reject) => {
      if (!alive()) return
      const creates = init.method === 'POST' && /(Calls|Messages)\.json$/.test(url)
      const request = creates ? recordRequest(world, carrier, String(init.body)) : null
      const route = drawRoute(world, carrier, creates)
      const asks = request ? `asks ${carrier} for ${request.delivery}` : `${init.method} ${about(url)} at ${carrier}`
      transcript.add(
        `${asks}${route.there === null ? ', in vain' : ''}${route.instead ? `, gets ${route.instead.status}` : ''}`,
      )
      const hung = init.method === 'POST' && /Calls\/([\w-]+)\.json$/.exec(url)?.[1]
      if (hung && (route.there === null || route.there + route.back > PROMPT_MS || route.instead || route.breaks))
        world.recorder.lostHangUps.add(hung)
      init.signal?.addEventListener('abort', () => alive() && reject(init.signal!.reason))
      const breakOff = () =>
        scheduler.after(route.back, () => {
          if (!alive()) return
          const broken = Object.assign(new Error('broke'), route.breaks)
          reject(route.breaks === UNREACHED ? new NotConnected(broken) : broken)
        })
      const answer = (response: Response) => scheduler.after(route.back, () => alive() && resolve(response))
      const instead = () =>
        answer(
          new Response(route.instead!.body, {
            status: route.instead!.status,
            headers: { 'content-type': route.instead!.type ?? 'application/json' },
          }),
        )

      if (route.there === null) {
        if (route.breaks) breakOff()
        else if (route.instead) instead()
        return
      }
      const askedAt = scheduler.now()
      const connects = !creates || !world.faultRates.occurs('carrier_cannot_connect')
      scheduler.after(route.there, async () => {
        const { method = 'GET', headers = {}, body = null } = init
        if (request && !connects) failToConnect(world, request)
        const response = await exchange.app.fetch(new Request(url, { method, headers, body }))
        const text = await response.clone().text()
        if (request) recordAccepted(world, request, text)
        if (route.breaks) breakOff()
        else if (route.instead) instead()
        else if (isList(method, url)) list(withoutNewest(world, text))
        else answer(response)
      })

      function list({ calls }: { calls: { sid: string; to: string }[] }) {
        scheduler.after(route.back, () => {
          if (!alive()) return
          const to = new URL(url).searchParams.get('To')!
          const refs = calls.map(({ sid }) => sid)
          world.recorder.listings.push({ carrier, to, askedAt, answeredAt: scheduler.now(), refs })
          resolve(Response.json({ calls }, { headers: { Date: new Date(scheduler.now()).toUTCString() } }))
        })
      }
    })
}

const REFUSED = [
  { status: 429, body: '{"code":20429,"message":"Too many requests","status":429}' },
  { status: 400, body: '{"code":21215,"message":"Not enabled for this region","status":400}' },
  { status: 401, body: '{"code":20003,"message":"Authenticate","status":401}' },
]
const NO_SUCH_NUMBER = { status: 400, body: '{"code":21211,"message":"Not a valid number","status":400}' }
const PAGE = { status: 200, body: '<!doctype html><h1>Please wait</h1>', type: 'text/html' }
const UNREACHED = { code: 'ECONNREFUSED', syscall: 'connect' }
const RESET = { code: 'ECONNRESET', syscall: 'read' }

/** Longer than any timeout. */
const NEVER_MS = 3_600_000

function drawRoute(
  { prng, faultRates, scheduler, carrierSilentUntil }: World,
  carrier: CarrierName,
  creates: boolean,
): Route {
  const there = prng.between(5, 60)
  const back = prng.between(5, 60)
  if (scheduler.now() < (carrierSilentUntil[carrier] ?? 0))
    return { there: prng.chance(0.85) ? there : null, back: NEVER_MS }
  if (faultRates.occurs('carrier_unreached')) return { there: null, back, breaks: UNREACHED }
  if (faultRates.occurs('carrier_request_lost')) {
    // Silence, or a reset in the middle of it.
    return prng.chance(0.5) ? { there: null, back: NEVER_MS } : { there: null, back, breaks: RESET }
  }
  if (faultRates.occurs('carrier_answer_lost'))
    return prng.chance(0.5) ? { there, back: NEVER_MS } : { there, back, breaks: RESET }
  if (faultRates.occurs('carrier_slow')) return { there: prng.between(5, 4_000), back: prng.between(5, 6_000) }
  if (faultRates.occurs('carrier_fails'))
    return { there: null, back, instead: { status: 500, body: '{"code":20500,"status":500}' } }
  if (faultRates.occurs('carrier_fails_after'))
    return { there, back, instead: { status: 503, body: '{"code":20503,"status":503}' } }
  if (faultRates.occurs('carrier_garbage')) return { there: null, back, instead: PAGE }
  if (creates && faultRates.occurs('carrier_refuses')) return { there: null, back, instead: prng.pick(REFUSED) }
  if (creates && faultRates.occurs('carrier_blames_number')) return { there: null, back, instead: NO_SUCH_NUMBER }
  return { there, back }
}

const LINK = /\/(?:voice\/\w+\/[\w-]+|sms\/\w+)\/(chl_[\w-]+)\/(dlv_[\w-]+)/

function recordRequest({ scheduler, recorder }: World, carrier: CarrierName, body: string): DeliveryRequest {
  const form = new URLSearchParams(body)
  for (const name of ['Url', 'StatusCallback', 'FallbackUrl', 'AsyncAmdStatusCallback']) {
    const url = form.get(name)
    if (url) recorder.urls.add(url)
  }
  const link = form.get('Url') ?? form.get('StatusCallback') ?? ''
  const [, challenge, delivery] = LINK.exec(link) ?? []
  const request: DeliveryRequest = {
    channel: form.has('Url') ? 'call' : 'sms',
    carrier,
    challenge: challenge as ChallengeId,
    delivery: delivery as DeliveryId,
    to: form.get('To') ?? '',
    sentAt: scheduler.now(),
    ref: null,
    acceptedAt: null,
    call: null,
  }
  recorder.deliveryRequests.push(request)
  return request
}

function recordAccepted({ scheduler, exchange }: World, request: DeliveryRequest, answer: string): void {
  const { sid } = JSON.parse(answer)
  if (typeof sid !== 'string') return
  request.ref = sid
  request.acceptedAt = scheduler.now()
  request.call = exchange.phone(request.to).calls.find(({ id }) => id === sid) ?? null
}

const isList = (method: string, url: string) => method === 'GET' && new URL(url).pathname.endsWith('/Calls.json')

const LIST_DELAY_MS = 2_500

/** The calls of an answer, perhaps without those of the last moments. */
function withoutNewest({ scheduler, faultRates, exchange }: World, text: string) {
  const { calls } = JSON.parse(text) as { calls: { sid: string; to: string }[] }
  if (!faultRates.occurs('carrier_lists_late')) return { calls }
  const createdAt = new Map(
    calls.flatMap(({ to }) => exchange.phone(to).calls.map((call) => [call.id, call.createdAt])),
  )
  return { calls: calls.filter(({ sid }) => createdAt.get(sid)!.getTime() < scheduler.now() - LIST_DELAY_MS) }
}

/** The very next call or message to the number, which is this one. */
function failToConnect({ exchange }: World, { channel, to }: DeliveryRequest): void {
  const phone = exchange.phone(to)
  if (channel === 'call') phone.will('carrier_failed')
  else phone.reports('carrier_failed')
}

const about = (url: string) =>
  url
    .replace(/^https?:\/\/[^/]+/, '')
    .replace(/\?.*/, '')
    .split('/')
    .slice(-1)[0]
