// The app's own webhook endpoint.

import type { Post } from '../../src/webhooks/http-post.ts'
import type { World } from './world.ts'

export function createWebhookReceiver({ scheduler, prng, faultRates, recorder, transcript }: World): Post {
  return async (headers, body) => {
    await scheduler.sleep(prng.between(2, 80))
    if (faultRates.occurs('push_refused')) return { failure: 'http_500', retryAfterSeconds: 0 }
    const { type, data } = JSON.parse(body)
    const id = headers['webhook-id']!
    const challenge = data.id ?? data.challenge_id
    recorder.pushes.push({ id, type, challenge, status: data.status ?? 'reported', at: scheduler.now() })
    recorder.publicBodies.push(body)
    transcript.add(`the app is told ${type} of ${challenge} as ${id}`)
    if (faultRates.occurs('push_unheard')) return { failure: 'connection_lost', retryAfterSeconds: 0 }
    await scheduler.sleep(prng.between(2, 80))
    return { failure: null, retryAfterSeconds: 0 }
  }
}
