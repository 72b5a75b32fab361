// The app's side of the API: any instance may answer, the connection may break, and what was asked may have happened.

import type { ChallengeView } from '../../src/http/challenge-view.ts'
import { sendTo } from './instance.ts'
import { API_KEY, type Instance, PUBLIC_URL, type World } from './world.ts'

export type ApiResponse = { status: number; json: Record<string, unknown>; instance: Instance }

type Request_ = { bearer?: string; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal }

export function request(method: string, path: string, { bearer, body, headers, signal }: Request_ = {}): Request {
  return new Request(PUBLIC_URL + path, {
    method,
    headers: {
      authorization: `Bearer ${bearer ?? API_KEY}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
    ...(signal && { signal }),
  })
}

export function pickInstance({ instances: lives, prng }: World): Instance | null {
  return lives.size > 0 ? prng.pick([...lives]) : null
}

/** `null`: no instance was up, or the connection broke before the answer. */
export async function callApi(
  world: World,
  method: string,
  path: string,
  more: Request_ = {},
): Promise<ApiResponse | null> {
  const { scheduler, prng, faultRates, recorder } = world
  await scheduler.sleep(prng.between(1, 40))
  const instance = pickInstance(world)
  if (!instance) return null
  const lost = faultRates.occurs('app_answer_lost')
  try {
    const response = await sendTo(instance, request(method, path, more))
    const text = await response.text()
    await scheduler.sleep(prng.between(1, 40))
    if (response.status >= 400 || method !== 'POST') recorder.publicBodies.push(text)
    return lost ? null : { status: response.status, json: text ? JSON.parse(text) : {}, instance }
  } catch {
    return null
  }
}

export function recordView({ recorder, scheduler }: World, how: string, view: ChallengeView): void {
  recorder.shownViews.push({ at: scheduler.now(), how, view })
}
