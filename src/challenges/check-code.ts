// A code that was typed on the page.

import type { ChallengeId } from '../domain/challenge.ts'
import { sameText } from '../domain/one-time-codes.ts'
import type { Refusal } from '../domain/refusal.ts'
import { stateOf } from '../domain/state-machine.ts'
import type { ChallengeRecord } from '../store/types.ts'
import { type Clock, withTimeout } from '../time/clock.ts'
import { DEADLINES } from '../time/deadlines.ts'
import type { ChallengeSecrets } from './challenge-secrets.ts'
import { NOT_FOUND } from './refusals.ts'
import { beforeSaveDeadline } from './save-deadline.ts'
import type { Transition } from './transition.ts'

const NOT_SENT: Refusal = {
  refused: 'conflict',
  detail: 'No code has been sent yet: the first delivery has not begun.',
}

export type CheckCode = (
  id: ChallengeId,
  code: string,
  arrivedAt: number,
) => Promise<{ valid: boolean; record: ChallengeRecord } | Refusal>

export function createCheckCode(transition: Transition, secrets: ChallengeSecrets, clock: Clock): CheckCode {
  return async (id, code, arrivedAt) => {
    const result = await beforeSaveDeadline(clock, arrivedAt, (isOver) =>
      transition(id, (record) => {
        const { flow, outcome } = record.challenge
        if (flow !== 'send_code' || outcome || isOver() || isWaiting(record)) return null
        return { type: 'code_submitted', right: sameText(code, secrets.code(record)) }
      }),
    )
    if (!('record' in result)) return NOT_FOUND
    const { flow, outcome } = result.record.challenge
    // The call that read the code is hung up first, so that the number is free for what the app does next.
    const left = Math.max(0, arrivedAt + DEADLINES.effects - clock.now())
    await withTimeout(clock, Math.min(DEADLINES.hangUpAfterCheck, left), result.effects, null)
    if (flow !== 'send_code') return { refused: 'conflict', detail: `${flow} is answered on the phone, not by check.` }
    if (isWaiting(result.record)) return NOT_SENT
    return { valid: result.type === 'changed' && outcome?.status === 'approved', record: result.record }
  }
}

function isWaiting({ challenge }: ChallengeRecord): boolean {
  return stateOf(challenge) === 'waiting'
}
