// The app's side of the API: any instance may answer, the connection may break, and what was asked may have happened.

import type { ChallengeView } from '../../src/http/challenge-view.ts'
import { type Life, serve } from './instance.ts'
import { API_KEY, PUBLIC_URL, type World } from './world.ts'

export type Answer = { status: number; json: Record<string, unknown>; life: Life }

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

export function anInstance({ lives, dice }: World): Life | null {
  return lives.size > 0 ? dice.pick([...lives]) : null
}

/** `null`: nobody listened, or the connection broke before the answer. */
export async function ask(world: World, method: string, path: string, more: Request_ = {}): Promise<Answer | null> {
  const { scheduler, dice, weather, witness } = world
  await scheduler.sleep(dice.between(1, 40))
  const life = anInstance(world)
  if (!life) return null
  const lost = weather.strikes('app_answer_lost')
  try {
    const response = await serve(life, request(method, path, more))
    const text = await response.text()
    await scheduler.sleep(dice.between(1, 40))
    if (response.status >= 400 || method !== 'POST') witness.told.push(text)
    return lost ? null : { status: response.status, json: text ? JSON.parse(text) : {}, life }
  } catch {
    return null
  }
}

export function see({ witness, scheduler }: World, how: string, view: ChallengeView): void {
  witness.seen.push({ at: scheduler.now(), how, view })
}
