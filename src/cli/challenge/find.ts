// The challenges that an id or a number names, of any service, each with what happened to it.

import { type TimelineEvent, timelineOf } from '../../challenges/timeline.ts'
import { numberHashes } from '../../domain/one-time-codes.ts'
import { parseNumber } from '../../domain/phone-number.ts'
import type { ChallengeSearch } from '../../store/challenge-search.ts'
import type { ChallengeStore } from '../../store/challenges.ts'
import type { ChallengeRecord } from '../../store/types.ts'

export type Found = { record: ChallengeRecord; events: TimelineEvent[] }

/** Newest first. `isCut`: there are older ones. */
export type FoundChallenges = { found: [Found, ...Found[]]; isCut: boolean }

type Stores = { challenges: Pick<ChallengeStore, 'find' | 'ledger'>; search: ChallengeSearch }

const SHOWN = 20

export async function findById({ challenges }: Stores, id: string): Promise<FoundChallenges> {
  const record = /^chl_[\w-]{1,64}$/.test(id) ? await challenges.find(id) : null
  if (!record) throw new Error('There is no challenge with this id. It may have been deleted: see LEDGER_RETENTION.')
  return { found: [await withEvents(challenges, record)], isCut: false }
}

export async function findByNumber(
  { challenges, search }: Stores,
  secrets: string[],
  written: string,
  region: string | null,
): Promise<FoundChallenges> {
  const number = parseNumber(written, region, '*')
  if (!number.ok) {
    const hint = number.reason === 'needs_region' ? ' (--region US).' : ''
    throw new Error(`${hint ? number.message.replace(/\.$/, hint) : number.message} An id begins with chl_.`)
  }
  const { records, next } = await search.list({
    serviceId: null,
    numberHashes: numberHashes(secrets, number.number),
    status: null,
    reason: null,
    scope: null,
    metadata: {},
    createdAfter: null,
    after: null,
    limit: SHOWN,
  })
  const [first, ...others] = await Promise.all(records.map((record) => withEvents(challenges, record)))
  if (!first)
    throw new Error(
      'There is no challenge to this number, or only under a SECRET that is not listed here any more. One that was refused was never made: "npm run guard -- explain <number>" says what stands against the number.',
    )
  return { found: [first, ...others], isCut: next !== null }
}

async function withEvents(challenges: Stores['challenges'], record: ChallengeRecord): Promise<Found> {
  return { record, events: timelineOf(record, await challenges.ledger(record.challenge.id)) }
}
