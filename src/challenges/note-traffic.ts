// What a saved change means for what is started and spent.

import { endedCallState } from '../domain/call-end.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import { stateOf } from '../domain/state-machine.ts'
import type { TrafficGuard } from '../guard/traffic-guard.ts'
import type { ChallengeRecord } from '../store/types.ts'

export type NotedTraffic = Pick<TrafficGuard, 'failedOver' | 'unbilled' | 'lasted' | 'ended'>

/** `before`: when the event came. A delivery that is asked for is counted where it is saved. */
export function noteTraffic(
  traffic: NotedTraffic,
  { challenge, request }: ChallengeRecord,
  event: ChallengeEvent,
  saved: ChallengeRecord,
): void {
  const [was, is] = [challenge.deliveries.at(-1)!, saved.challenge.deliveries.at(-1)!]
  const call = endedCallState(challenge, saved.challenge)
  const isRefusedText =
    was.channel === 'sms' &&
    was.progress.state === 'placing' &&
    event.type === 'placement_failed' &&
    event.delivery === was.id
  if (call === 'placing' || call === 'ringing' || isRefusedText) traffic.unbilled(request, was)
  if (call === 'answered') traffic.lasted(request, was, saved.deliveryAge)
  if (is.id !== was.id && event.type !== 'delivery_requested') traffic.failedOver(request, was, is)
  const isBegun = stateOf(challenge) !== 'waiting'
  if (!challenge.outcome && saved.challenge.outcome && isBegun) traffic.ended({ ...saved, request })
}
