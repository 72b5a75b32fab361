// What the settings have against another delivery of a challenge, which may have been made before they were set.

import type { Policy } from '../domain/events.ts'
import type { Refusal } from '../domain/refusal.ts'
import { policyRefusal } from '../guard/policy.ts'
import type { QuietRefusal } from '../guard/quiet-hours.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { ServiceSettings } from './challenge-settings.ts'

type Deps = {
  policy: Pick<Policy, 'drawnKey'>
  settingsOf: (serviceId: string) => Pick<ServiceSettings, 'policyName'>
}

export function refusedByPolicy({ challenge, request }: ChallengeRecord, { policy, settingsOf }: Deps): Refusal | null {
  const { codeLength, sharedPhrase } = request
  const { policyName } = settingsOf(request.serviceId)
  return policyRefusal(policyName, { flow: challenge.flow, codeLength, sharedPhrase, drawnKey: policy.drawnKey })
}

/** Asked of a redelivery, of a fallback, and of the first delivery of a challenge that has waited for its page. */
export type RefusedBySettings = (record: ChallengeRecord) => Promise<Refusal | null>

export function createRefusedBySettings({ quiet, ...deps }: Deps & { quiet: QuietRefusal }): RefusedBySettings {
  return async (record) => refusedByPolicy(record, deps) ?? (await quiet(record.request))
}
