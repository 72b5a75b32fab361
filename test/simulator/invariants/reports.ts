// After a report of fraud nothing of the service begins to the number, is approved there, or stays under way.

import { isReported } from '../../../src/domain/transitions/common.ts'
import { type Check, isUndisturbed } from './facts.ts'

/** What is pending elsewhere ends after a statement or two of the instance that took the report. */
const ENDED_WITHIN_MS = 1_500

export const reportedIsFrozen: Check = function* (world, { histories }) {
  const { recorder, settings } = world
  for (const { last, commits } of histories) {
    const report = commits.find(({ stored }) => isReported(stored.challenge))
    if (report?.line.type !== 'dtmf_received') continue
    const place = recorder.commits.indexOf(report)
    const until = report.at + settings.fraudFreeze * 1000
    for (const { id, commits: others, last: other, endedAt, expiresAt } of histories) {
      if (other.request.to !== last.request.to || other.request.serviceId !== last.request.serviceId) continue
      for (const { line, stored, at } of others) {
        if (at >= until || recorder.commits.findIndex((one) => one.line === line) <= place) continue
        const begins = line.type === 'created' || line.type === 'delivery_requested'
        if (begins) yield `${id}: a delivery began ${at - report.at} ms after its number was reported`
        if (stored.challenge.outcome?.status === 'approved' && at === endedAt)
          yield `${id} was approved ${at - report.at} ms after its number was reported`
      }
      const due = report.at + ENDED_WITHIN_MS
      const wasPending = others[0]!.at <= report.at && (endedAt === null || endedAt > report.at)
      if (wasPending && (endedAt ?? Infinity) > due && expiresAt > due && isUndisturbed(world, report.at - 2_500, due))
        yield `${id} was still pending ${ENDED_WITHIN_MS} ms after its number was reported`
    }
  }
}
