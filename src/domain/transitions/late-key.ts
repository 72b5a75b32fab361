// Keys that come when their turn is no longer being asked: after the hang-up that overtook them, or during a later delivery.

import { documentHad, FIRST_TURN } from './call-progress.ts'
import type { KeyHandler } from './call-turn.ts'
import { currentDelivery, fail, isReported, onReport, stay, withDelivery } from './common.ts'
import { isFailure } from './placement.ts'
import { onQuestionKey } from './question-key.ts'

/** The outcome stands, and so does the report: it is of the number, and noted once so that a repeated callback changes nothing. */
export const onReportAfterOutcome: KeyHandler = (challenge, { delivery: id, key }) => {
  const delivery = challenge.deliveries.find((one) => one.id === id)
  if (key !== 'report' || delivery?.channel !== 'call' || isReported(challenge)) return stay(challenge)
  const reported = { ...delivery, reportedLate: true } as const
  return stay({ ...challenge, deliveries: challenge.deliveries.map((one) => (one === delivery ? reported : one)) })
}

/** While no turn is open only a report counts. */
export const onReportOnly: KeyHandler = (challenge, { key }) =>
  key === 'report' && currentDelivery(challenge).channel === 'call' ? onReport(challenge) : stay(challenge)

/** Until the check that follows a hang-up the keys of the open turn count as if they had come before it. */
export const onLateKey: KeyHandler = (challenge, event, policy) => {
  const { progress, result } = currentDelivery(challenge)
  if (event.key === 'report') return onReportOnly(challenge, event, policy)
  const openTurn = progress.state === 'ended' ? progress.openTurn : undefined
  // A machine proves nothing. The code behind a gate can't be heard any more. The address that it was sent to stood in a document.
  if (result === 'voicemail') return stay(challenge)
  if (openTurn?.phase !== 'question' || event.turn !== openTurn.turn || event.key === 'none')
    return stay(documentHad(challenge))
  const { phase, turn, notice, keyDrawn } = openTurn
  const { challenge: answered } = onQuestionKey(
    withDelivery(challenge, { progress: { ...FIRST_TURN, phase, turn, notice, keyDrawn }, result: null }),
    event,
    policy,
  )
  if (answered.outcome) return stay(withDelivery(answered, { progress: { state: 'ended' } }))
  return fail(
    withDelivery({ ...challenge, attemptsLeft: answered.attemptsLeft }, { progress: { state: 'ended' } }),
    isFailure(result) ? result : 'hung_up',
  )
}
