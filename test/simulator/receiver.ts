// The app's own webhook endpoint.

import type { Post } from '../../src/webhooks/http-post.ts'
import type { World } from './world.ts'

export function receiver({ scheduler, dice, weather, witness, story }: World): Post {
  return async (headers, body) => {
    await scheduler.sleep(dice.between(2, 80))
    if (weather.strikes('push_refused')) return { failure: 'http_500', retryAfterSeconds: 0 }
    const { type, data } = JSON.parse(body)
    const id = headers['webhook-id']!
    witness.pushes.push({ id, type, challenge: data.id, status: data.status, at: scheduler.now() })
    witness.told.push(body)
    story.tell(`the app is told ${type} of ${data.id} as ${id}`)
    if (weather.strikes('push_unheard')) return { failure: 'connection_lost', retryAfterSeconds: 0 }
    await scheduler.sleep(dice.between(2, 80))
    return { failure: null, retryAfterSeconds: 0 }
  }
}
