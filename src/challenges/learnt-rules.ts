// What a change of a challenge tells of its number: that the person reported the service, or wants no more texts.

import type { Challenge } from '../domain/challenge.ts'
import type { ChallengeEvent } from '../domain/events.ts'
import { isReported } from '../domain/transitions/common.ts'
import { withoutDigits } from '../guard/numbers.ts'
import type { RuleKeys } from '../guard/rule-keys.ts'
import type { NewRule } from '../store/number-rules.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { SettingsOf } from './challenge-settings.ts'

/** Saved with the change, or not at all. */
export type LearntRules = (record: ChallengeRecord, event: ChallengeEvent, next: Challenge) => NewRule[]

type Deps = { ruleKeys: RuleKeys; settingsOf: SettingsOf }

export function createLearntRules({ ruleKeys, settingsOf }: Deps): LearntRules {
  return ({ request, challenge }, event, next) => {
    if (request.to === null) return []
    const isReport = event.type === 'dtmf_received' && isReported(next) && !isReported(challenge)
    if (!isReport && !hasOptedOut(event)) return []
    const keys = ruleKeys('number', request.to)
    if (isReport) {
      const { fraudFreeze } = settingsOf(request.serviceId)
      const said = { kind: 'report', forService: request.serviceId, forChannel: '', seconds: fraudFreeze } as const
      return [{ ...said, keys, shown: request.maskedNumber, reason: `reported in ${challenge.id}` }]
    }
    const said = { kind: 'opt_out', forService: '', forChannel: 'sms', seconds: null } as const
    return [{ ...said, keys, shown: withoutDigits(request.maskedNumber), reason: 'the carrier was told STOP' }]
  }
}

/** Only of messages do carriers say it: twilio.com/docs/api/errors/21610, and 4775 of Bandwidth's. */
function hasOptedOut(event: ChallengeEvent): boolean {
  return 'cause' in event && event.cause === 'opted_out'
}
