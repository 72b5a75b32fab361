// What the statements that write challenges are given beside the challenge itself.

import { keepsCharge, newTimePath, toParameters } from './challenge-record.ts'
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
  const { next, inTime, callOver, rules } = change
  return {
    ...toParameters(next),
    newTime: newTimePath(next),
    keepsCharge: keepsChargeOf(change),
    inTime,
    callOver,
    rules: JSON.stringify(ruleRows(rules)),
    ...valuesOf(change),
  }
}

/** Whether what its last delivery was counted against is kept. */
export const keepsChargeOf = ({ next, refund }: SaveChallenge) => refund.length === 0 && keepsCharge(next)

export function valuesOf({
  entry,
  outbox,
  secondsUntilCheck,
}: Pick<SaveChallenge, 'entry' | 'outbox' | 'secondsUntilCheck'>) {
  return {
    keepsCheck: secondsUntilCheck === 'as_planned',
    secondsUntilCheck: secondsUntilCheck === 'as_planned' ? null : secondsUntilCheck,
    type: entry.type,
    delivery: entry.delivery,
    facts: JSON.stringify(entry.facts),
    outbox: JSON.stringify(outbox),
  }
}
