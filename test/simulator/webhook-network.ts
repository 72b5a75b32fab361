// From a carrier to one of the instances: webhooks that are lost, doubled, late, replayed or forged.

import { sendTo } from './instance.ts'
import type { World } from './world.ts'

type Sent = { url: string; method: string; headers: [string, string][]; body: string }

const LINK = /\/(?:voice\/\w+\/[\w-]+|sms\/\w+)\/(chl_[\w-]+)\/(dlv_[\w-]+)(?:\/(\w+))?/

export function createWebhookNetwork(world: World): (request: Request) => Promise<Response> {
  const { prng, faultRates, scheduler, recorder, transcript } = world

  return async (request) => {
    const sent: Sent = {
      url: request.url,
      method: request.method,
      headers: [...request.headers],
      body: await request.text(),
    }
    recorder.urls.add(sent.url)
    const late = faultRates.occurs('webhook_late')
    const delay = late ? prng.between(500, 12_000) : prng.between(2, 80)
    if (faultRates.occurs('webhook_doubled')) again(sent, delay + prng.between(0, 3_000))
    if (faultRates.occurs('webhook_replayed')) again(sent, delay + prng.between(1_000, 60_000))
    if (faultRates.occurs('webhook_forged')) forge(sent, delay + prng.between(0, 5_000))
    const [, carrier = ''] = /\/(?:voice|sms)\/(\w+)/.exec(sent.url) ?? []
    // Nothing comes back, not even a refusal.
    if (scheduler.now() < (world.carrierCutOffUntil[carrier] ?? 0)) throw await broken(30_000)
    // Likelier for receipts, which are few, so that messages without one are seen in every hundred runs.
    const lost = faultRates.occurs('webhook_lost', sent.url.includes('/sms/') ? 5 : 1)
    // Half of those that get no answer have arrived.
    if (lost && prng.chance(0.5)) throw await broken(delay)
    await scheduler.sleep(delay)
    const response = await arrive(sent, true)
    if (lost) throw await broken(0)
    await scheduler.sleep(prng.between(2, 60))
    return response
  }

  async function broken(ms: number): Promise<Error> {
    await scheduler.sleep(ms)
    return new TypeError('fetch failed', { cause: new Error('the connection broke') })
  }

  function again(sent: Sent, ms: number): void {
    scheduler.after(ms, () => void arrive(sent, true).catch(() => {}))
  }

  /** A stranger who knows the links, and has seen a webhook, but no key. */
  function forge({ url, method, headers, body }: Sent, ms: number): void {
    const form = new URLSearchParams(body)
    form.set('Digits', prng.pick(['1', '9', '4', '123456']))
    form.set('CallStatus', prng.pick(['completed', 'in-progress', 'busy']))
    const turn = url.replace(/\/(answer.*|status|detection|fallback|turn\/\d+)$/, `/turn/${prng.between(1, 4)}`)
    const forged = { url: prng.chance(0.5) ? turn : url, method, headers, body: form.toString() }
    if (forged.url === url && forged.body === body) return
    scheduler.after(ms, () => void arrive(forged, false).catch(() => {}))
  }

  async function arrive(sent: Sent, genuine: boolean): Promise<Response> {
    const [instance] = [[...world.instances]].map((up) => (up.length > 0 ? prng.pick(up) : null))
    if (!instance) throw new TypeError('fetch failed', { cause: new Error('nobody listens') })
    const arrivedAt = scheduler.now()
    const response = await sendTo(instance, new Request(sent.url, { ...sent, body: sent.body }))
    const body = await response.clone().text()
    const [, challenge = '', delivery = '', hook = 'receipt'] = LINK.exec(sent.url) ?? []
    const form = new URLSearchParams(sent.body)
    const ref = form.get('CallSid') ?? form.get('MessageSid') ?? ''
    const answeredAt = scheduler.now()
    const carrierStatus = form.get('CallStatus') ?? form.get('MessageStatus')
    const { status } = response
    recorder.webhooks.push({
      hook,
      challenge,
      delivery,
      ref,
      genuine,
      turn: Number(/\/turn\/(\d+)/.exec(sent.url)?.[1] ?? 0) || null,
      keys: form.has('Digits') ? `${form.get('Digits')}${form.get('FinishedOnKey') ?? ''}` : null,
      arrivedAt,
      answeredAt,
      status,
      body,
      carrierStatus,
    })
    const finishKey = form.get('FinishedOnKey') ? ` and ${form.get('FinishedOnKey')}` : ''
    const keys = form.has('Digits') ? `, keys "${form.get('Digits')}"${finishKey}` : ''
    const words = body
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim()
    transcript.add(
      `${genuine ? 'webhook' : 'FORGED webhook'} ${hook} (${carrierStatus}${keys}) of ${delivery} at ${instance.name}: ${status}${words ? `, says "${words}"` : ''}`,
    )
    return response
  }
}
