import type { Challenge, DeliveryId, Flow } from '../../src/domain/challenge.ts'
import type { Policy } from '../../src/domain/events.ts'
import { step } from '../../src/domain/state-machine.ts'

export const POLICY = { gate: true, drawnKey: false }

/** A challenge whose one call has just been answered. */
export function answeredChallenge(flow: Flow, delivery: DeliveryId, policy: Policy = POLICY): Challenge {
  const ringing: Challenge = {
    id: 'chl_one',
    flow,
    version: 1,
    attemptsLeft: 5,
    codeDisclosed: false,
    fallback: [],
    outcome: null,
    deliveries: [
      {
        id: delivery,
        channel: 'call',
        carrier: 'twilio',
        ref: 'CA1',
        price: 200,
        createdAt: '',
        progress: { state: 'ringing' },
        result: null,
      },
    ],
  }
  return step(ringing, { type: 'answered', delivery, ref: 'CA1' }, policy).challenge
}
