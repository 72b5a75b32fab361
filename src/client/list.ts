// The filters of a list of challenges, and the pages behind it.

import type { Challenge, Reason, Status } from './challenge.ts'
import type { CallOptions } from './options.ts'
import type { Transport } from './transport.ts'

/** All that are given must fit. */
export type ListFilter = {
  /** A number in any way of writing it, a national one together with `region`. */
  to?: string
  region?: string
  status?: Status
  reason?: Reason
  scope?: string
  metadata?: Record<string, string>
  /** Only what was created later. */
  created_after?: Date | string
  /** How many are asked for at a time: 1 to 100, by default 100. */
  page_size?: number
}

type Page = { challenges: Challenge[]; next_cursor: string | null }

export async function* listChallenges(
  transport: Transport,
  { page_size = 100, metadata = {}, created_after, ...plain }: ListFilter,
  options: CallOptions,
): AsyncGenerator<Challenge, void, void> {
  const given = Object.entries(plain).filter(([, value]) => value !== undefined)
  const query = new URLSearchParams(given)
  if (created_after !== undefined) query.set('created_after', new Date(created_after).toISOString())
  for (const [key, value] of Object.entries(metadata)) query.set(`metadata[${key}]`, value)
  query.set('limit', String(page_size))
  for (;;) {
    const page = await transport.json<Page>('GET', `/v1/challenges?${query}`, options)
    yield* page.challenges
    if (page.next_cursor === null) return
    query.set('cursor', page.next_cursor)
  }
}
