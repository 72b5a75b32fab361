// What was found, for a person to read and for a program.

import { timelineSentences } from '../../challenges/timeline-sentences.ts'
import type { ServiceNames } from '../../console/service-names.ts'
import { challengeView } from '../../http/challenge-view.ts'
import { timelineView } from '../../http/timeline-schema.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import type { Found, FoundChallenges } from './find.ts'

export function asText({ found, isCut }: FoundChallenges, names: ServiceNames): string {
  const [latest] = found
  if (found.length === 1) return story(latest, names)
  return [
    `${found.length} challenges to ${latest.record.request.maskedNumber}, newest first:`,
    '',
    ...found.map(({ record }) => line(record, names)),
    ...(isCut ? ['These are the newest; GET /v1/challenges leads to the older ones.'] : []),
    '',
    'The newest:',
    '',
    story(latest, names),
  ].join('\n')
}

export function asJson({ found }: FoundChallenges): string {
  const all = found.map(({ record, events }) => ({
    ...challengeView(record),
    service: record.request.serviceId,
    timeline: timelineView(events).events,
  }))
  return JSON.stringify({ challenges: all }, null, 2)
}

function line(record: ChallengeRecord, names: ServiceNames): string {
  const { challenge, createdAt, request } = record
  return [
    `${dateOf(createdAt)} ${timeOf(createdAt)}`,
    challenge.id,
    statusOf(record),
    request.scope,
    names.of(request.serviceId),
  ]
    .filter((part) => part !== null)
    .join('  ')
}

function story({ record, events }: Found, names: ServiceNames): string {
  const { challenge, request, createdAt } = record
  const told = timelineSentences(events)
  const service = names.of(request.serviceId)
  return [
    `${challenge.id}: ${statusOf(record)}`,
    `${challenge.flow} for ${request.scope}, to ${request.maskedNumber}${service === null ? '' : `, of ${service}`}`,
    `${dateOf(createdAt)}, times in UTC`,
    '',
    ...told.map(({ at, text }, index) => {
      const day = dateOf(at) === dateOf(told[index - 1]?.at ?? createdAt) ? '' : `${dateOf(at)}\n`
      return `${day}${timeOf(at)}  ${text}`
    }),
  ].join('\n')
}

function statusOf({ challenge: { outcome }, expired }: ChallengeRecord): string {
  if (outcome) return outcome.status === outcome.reason ? outcome.status : `${outcome.status}, ${outcome.reason}`
  return expired ? 'pending, though its time is over: no server has looked at it since' : 'pending'
}

function dateOf(at: string): string {
  return at.slice(0, 10)
}

function timeOf(at: string): string {
  return at.slice(11, 19)
}
