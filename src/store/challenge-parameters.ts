// What the statements that write challenges are given beside the challenge itself.

import type { Challenge } from '../domain/challenge.ts'
import { keepsCharge, newTimePath, toParameters } from './challenge-record.ts'
import { lineOf } from './ledger.ts'
import { rows as ruleRows } from './number-rules.ts'
import { prefixValues } from './prefix-traffic.ts'
import { admissionValues } from './rate-limits.ts'
import type { DeliveryStart, SaveChallenge } from './types.ts'

export function startValues({ rules, hold, prefix, ...admission }: DeliveryStart) {
  return {
    ...prefixValues(prefix),
    ruleKeys: JSON.stringify(rules.keys),
    ruleService: rules.service,
    ruleChannel: rules.channel,
    ...admissionValues(admission),
    hold: JSON.stringify(hold),
  }
}

export function savedValues(change: SaveChallenge) {
  const { next, callOver, rules } = change
  return {
    ...toParameters(next),
    ...givenWith(change),
    callOver,
    rules: JSON.stringify(ruleRows(rules)),
    ...valuesOf(next, change),
  }
}

/** What belongs to a change and is no column of the challenge. */
export function givenWith(change: SaveChallenge) {
  const { next, inTime } = change
  return { newTime: newTimePath(next), keepsCharge: keepsChargeOf(change), inTime, ...checkOf(change) }
}

export function checkOf({ secondsUntilCheck }: Pick<SaveChallenge, 'secondsUntilCheck'>) {
  const keepsCheck = secondsUntilCheck === 'as_planned'
  return { keepsCheck, secondsUntilCheck: keepsCheck ? null : secondsUntilCheck }
}

/** Whether what its last delivery was counted against is kept. */
export const keepsChargeOf = ({ next, refund }: SaveChallenge) => refund.length === 0 && keepsCharge(next)

export function valuesOf(challenge: Challenge, change: Pick<SaveChallenge, 'entry' | 'outbox' | 'secondsUntilCheck'>) {
  const { entry, outbox } = change
  return {
    ...checkOf(change),
    line: lineOf(challenge, entry),
    outbox: JSON.stringify(outbox),
  }
}
