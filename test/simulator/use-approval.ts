// The app uses an approval: often from several requests at once, and again under the same key when it got no answer.

import type { ChallengeId } from '../../src/domain/challenge.ts'
import { callApi } from './api-client.ts'
import type { World } from './world.ts'

const MOST_TRIES = 8

export async function useApproval(world: World, challenge: ChallengeId): Promise<void> {
  const { scheduler, prng, recorder, transcript } = world
  const key = prng.pick(['checkout', 'checkout', 'worker'])
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const answer = await callApi(world, 'POST', `/v1/challenges/${challenge}/consume`, {
      body: {},
      headers: { 'Idempotency-Key': key },
    })
    const receipt = typeof answer?.json.receipt === 'string' ? answer.json.receipt : null
    transcript.add(`the app uses ${challenge} under ${key}: ${answer?.status ?? 'no answer'}`)
    if (answer) recorder.uses.push({ challenge, key, status: answer.status, receipt })
    if (answer && answer.status < 500) return
    await scheduler.sleep(prng.between(500, 4_000))
  }
}
