// Approved calls from their creation to the hang-up, with every webhook that Twilio posts.

import { callStatus } from './answerback.ts'
import type { ComparedServer, Created } from './compared-server.ts'
import { type Load, type LoadRequest, loadJobs, send } from './http-load.ts'

/** Calls a second. Each request of a call goes to the next of the instances, as a load balancer sends it. */
export async function wholeCalls(instances: readonly ComparedServer[], first: number, count: number): Promise<Load> {
  let turn = 0
  const next = () => instances[turn++ % instances.length]!
  const requests = Array.from({ length: count }, (_, position) => next().create(first + position, 'call'))
  let last: Created | null = null
  const load = await loadJobs(count, async (position) => {
    const challenge = next().created(first + position, await ask(next(), requests[position]!, 201))
    await ask(next(), callStatus(challenge, 'initiated', 0), 204)
    await ask(next(), callStatus(challenge, 'ringing', 1), 204)
    await Promise.all([
      ask(next(), next().answer(challenge), 200),
      ask(next(), callStatus(challenge, 'in-progress', 2), 204),
    ])
    await ask(next(), next().lastKey(challenge), 200)
    await ask(next(), callStatus(challenge, 'completed', 3), 204)
    last = challenge
  })
  const body = await ask(next(), next().read(last!), 200)
  if (JSON.parse(body).status !== 'approved') throw new Error(`A call ended otherwise: ${body}`)
  return load
}

async function ask({ port }: ComparedServer, request: LoadRequest, status: number): Promise<string> {
  const { status: found, body } = await send(port, request)
  if (found !== status) throw new Error(`${request.path} was answered with ${found}: ${body.slice(0, 500)}`)
  return body
}
