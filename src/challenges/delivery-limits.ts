// What stands in a delivery's way: a rule for its number, and the limits that it counts against, of the number, of numbers
// like it, and of the one who asked for it.
//
// All are known by keyed hashes. While the secret is rotated, instances list different secrets and have at least one in
// common. So a number is hashed under every listed one: under the common one all instances see the same counters and the
// same active call.

import type { Channel, E164, Flow } from '../domain/challenge.ts'
import { askerLimits, numberLimits } from '../guard/guard.ts'
import { ruleQuestion } from '../guard/number-rules.ts'
import type { RuleKeys } from '../guard/rule-keys.ts'
import type { TrafficGuard } from '../guard/traffic-guard.ts'
import { unansweredLocks } from '../guard/unanswered-calls.ts'
import { dialledNumber, reachedBy } from '../guard/who-asks.ts'
import { wrongCodeLocks } from '../guard/wrong-codes.ts'
import type { FailureChange } from '../store/failure-counters.ts'
import type { Limit, Lock } from '../store/rate-limits.ts'
import type { ChallengeRequest, DeliveryStart } from '../store/types.ts'
import { wrongGateLimits } from '../store/wrong-gates.ts'
import type { SettingsOf } from './challenge-settings.ts'

type Target = Pick<ChallengeRequest, 'to' | 'extension' | 'serviceId' | 'askerHashes' | 'region'>
type Reachable = Target & { to: E164 }

/**
 * `creation`: of a challenge that waits for a page. It counts for the one who asks; what stands against its number is only
 * asked, and nothing is held. `first_delivery`: of such a challenge, which counts for the number alone.
 */
type Counts = 'all' | 'creation' | 'first_delivery'

export type DeliveryLimits = {
  /** Of a number or of who asks, under every listed secret, newest first. */
  hashes(text: string): string[]
  /** What may refuse a delivery to a challenge's number, what it counts against, and holds. */
  startOf(request: Target, channel: Channel, flow: Flow, counts?: Counts): DeliveryStart
  /** The keys under which wrong codes of a challenge are counted; with its number beside them where one has `failed`. */
  codeLocks(request: Target, failed: boolean): FailureChange['keys']
  /** And those of its calls that were not answered: none where the calls of no service wait for that, but an approval clears them. */
  unansweredLocks(request: Target, failed: boolean): Lock[]
}

type Deps = {
  hashes: (text: string) => string[]
  ruleKeys: RuleKeys
  settingsOf: SettingsOf
  traffic: Pick<TrafficGuard, 'prefixQuestion'>
}

export function createDeliveryLimits(deps: Deps): DeliveryLimits {
  const { hashes, ruleKeys, settingsOf, traffic } = deps
  const waiting = (request: Reachable, hashes = deps.hashes) =>
    settingsOf(request.serviceId).waitsUnanswered ? unansweredLocks(request, hashes) : []

  function countsUnanswered({ serviceId }: Target): boolean {
    const { waitsUnanswered, forOthers } = settingsOf(serviceId)
    return waitsUnanswered || forOthers?.unanswered === true
  }

  /** Of who has proved a number it is not known any more what was hashed. */
  function encrypted(request: Reachable, locks: Lock[]): FailureChange['keys'] {
    const keys = ruleKeys('code', dialledNumber(request))
    return locks.map((lock) => ({ ...lock, ...keys.find(({ key }) => key === lock.key) }))
  }

  return {
    hashes,
    startOf(request, channel, flow, counts = 'all') {
      if (!isReachable(request))
        return { rules: { keys: [], service: request.serviceId, channel }, owner: [], consume: [], locks: [], hold: [] }
      const { to, serviceId } = request
      const hashes = hashedOnce(deps.hashes)
      const reached = reachedBy(channel, request)
      const codeLocks = flow === 'approve' ? [] : wrongCodeLocks(reached, hashes)
      const codeKeys = flow === 'send_code' ? codeLocks.map(({ key }) => key) : []
      const gates = channel === 'call' && flow === 'send_code' ? wrongGateLimits(hashes(to)) : []
      const settings = settingsOf(serviceId)
      const ofNumber = [...numberLimits(settings, reached, hashes), ...gates]
      const ofAsker = counts === 'first_delivery' ? [] : askerLimits(settings, request)
      const isCreation = counts === 'creation'
      const prefix = traffic.prefixQuestion(to, request.region)
      return {
        rules: ruleQuestion(to, serviceId, channel, hashes, codeKeys),
        owner: ownerOf(request),
        consume: [...(isCreation ? ofNumber.map(uncounted) : ofNumber), ...ofAsker],
        locks: [...codeLocks, ...(channel === 'call' ? waiting(request, hashes) : [])],
        // One call at a time rings a person, on whichever phone.
        hold: channel === 'call' && !isCreation ? [...hashes(to), ...(request.askerHashes?.account ?? [])] : [],
        prefix: isCreation && prefix ? { ...prefix, suffix: null } : prefix,
      }
    },
    codeLocks(request, failed) {
      if (!isReachable(request)) return []
      const locks = wrongCodeLocks(request, hashes)
      return failed ? encrypted(request, locks) : locks
    },
    unansweredLocks(request, failed) {
      if (!isReachable(request)) return []
      return failed && !countsUnanswered(request) ? [] : unansweredLocks(request, hashes)
    },
  }
}

/** The number is asked for under several keys, and hashing it takes the server longer than all the rest of a question. */
function hashedOnce(hashes: Deps['hashes']): Deps['hashes'] {
  const known = new Map<string, string[]>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const made = hashes(text)
    known.set(text, made)
    return made
  }
}

function uncounted(limit: Limit): Limit {
  return { ...limit, units: 0 }
}

/** The keys by which the account that asks is known to have proved the number. */
export function ownerOf({ askerHashes }: Pick<Target, 'askerHashes'>): string[] {
  return askerHashes?.owner ?? []
}

function isReachable(request: Target): request is Reachable {
  return request.to !== null
}
