// What stands in a delivery's way: a rule for its number, and the limits that it counts against, of the number, of numbers
// like it, and of the client that asked for it.
//
// All are known by keyed hashes. While the secret is rotated, instances list different secrets and have at least one in
// common. So a number is hashed under every listed one: under the common one all instances see the same counters and the
// same active call.

import type { Channel, Flow } from '../domain/challenge.ts'
import { numberHashes } from '../domain/one-time-codes.ts'
import { rememberLast } from '../domain/remember-last.ts'
import { limitsFor } from '../guard/guard.ts'
import { ruleQuestion } from '../guard/number-rules.ts'
import { wrongCodeKeys } from '../guard/wrong-codes.ts'
import type { ChallengeRequest, DeliveryStart } from '../store/types.ts'
import { wrongGateLimits } from '../store/wrong-gates.ts'
import type { SettingsOf } from './challenge-settings.ts'

type Target = Pick<ChallengeRequest, 'to' | 'serviceId' | 'clientIpHashes'>

export type DeliveryLimits = {
  /** Of a number or of a client's network, under every listed secret, newest first. */
  hashes(text: string): string[]
  /** What may refuse a delivery to a challenge's number, what it counts against, and holds. */
  startOf(request: Target, channel: Channel, flow: Flow): DeliveryStart
}

type Deps = { secrets: readonly string[]; settingsOf: SettingsOf }

export function createDeliveryLimits({ secrets, settingsOf }: Deps): DeliveryLimits {
  const hashes = rememberLast((text) => numberHashes(secrets, text))
  const limitsOf = ({ to, serviceId, clientIpHashes }: Target) =>
    to === null ? [] : limitsFor(settingsOf(serviceId), { to, clientIpHashes }, hashes)

  const locksOf = ({ to }: Target, flow: Flow) => (to === null || flow === 'approve' ? [] : wrongCodeKeys(hashes(to)))

  const wrongGatesOf = ({ to }: Target) => (to === null ? [] : wrongGateLimits(hashes(to)))

  return {
    hashes,
    startOf: (request, channel, flow) => ({
      rules:
        request.to === null
          ? { keys: [], service: request.serviceId, channel }
          : ruleQuestion(request.to, request.serviceId, channel, flow, hashes),
      consume: [...limitsOf(request), ...(channel === 'call' && flow === 'send_code' ? wrongGatesOf(request) : [])],
      locks: locksOf(request, flow),
      hold: channel === 'call' && request.to !== null ? hashes(request.to) : [],
    }),
  }
}
