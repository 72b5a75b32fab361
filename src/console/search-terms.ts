// What the search form asks for, and how it stands in the address of its results: a number as its keyed hashes, never as
// itself.

import type { E164, Status } from '../domain/challenge.ts'
import { numberHashes } from '../domain/one-time-codes.ts'
import { parseNumber } from '../domain/phone-number.ts'
import { cursorOf, positionOf } from '../http/list-query.ts'
import { STATUSES } from '../http/outcomes.ts'
import { metadata as metadataSchema } from '../http/schema-fields.ts'
import type { ListPosition, ListQuery } from '../store/challenge-search.ts'

type SearchField = 'text' | 'service' | 'status' | 'from' | 'until'
/** As it was typed. */
export type SearchForm = Partial<Record<SearchField, string>>
export type SearchErrors = Partial<Record<SearchField, string>>

export type Search = {
  numberHashes: string[] | null
  metadata: { key: string; value: string } | null
  serviceId: string | null
  status: Status | null
  /** Minutes, as `2026-01-31T12:00`. */
  from: string | null
  until: string | null
  after: ListPosition | null
}

export type ReadForm = { challenge: string } | { search: Search } | { errors: SearchErrors }

/** A national number may be one of several countries. */
const MOST_NUMBERS = 4
const ID = /^chl_[\w-]{1,64}$/
const SERVICE = /^svc_[\w-]{1,64}$/
const HASH = /^[\w-]{22}$/
const MINUTE = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/

type Known = { secrets: readonly string[]; regions: ReadonlySet<string> | '*' }

export function readSearchForm(
  { text = '', service = '', status = '', from = '', until = '' }: SearchForm,
  known: Known,
): ReadForm {
  const wanted = text.trim()
  if (ID.test(wanted)) return { challenge: wanted }
  const errors: SearchErrors = {}
  const pair = metadataIn(wanted)
  const numbers = wanted === '' || pair !== null ? [] : numbersIn(wanted, known.regions)
  if (typeof numbers === 'string') errors.text = numbers
  if (pair !== null && !isMetadata(pair)) errors.text = 'Write metadata as key=value: at most 40 and 500 characters.'
  if (service !== '' && !SERVICE.test(service)) errors.service = 'There is no such service.'
  if (status !== '' && !isStatus(status)) errors.status = 'There is no such status.'
  if (from !== '' && !isMinute(from)) errors.from = 'This is no time.'
  if (until !== '' && !isMinute(until)) errors.until = 'This is no time.'
  if (errors.until === undefined && from !== '' && until !== '' && until <= from)
    errors.until = 'This must be later than the time it begins at.'
  if (Object.keys(errors).length > 0 || typeof numbers === 'string') return { errors }
  return {
    search: {
      numberHashes: numbers.length > 0 ? numbers.flatMap((number) => numberHashes(known.secrets, number)) : null,
      metadata: pair,
      serviceId: service || null,
      status: isStatus(status) ? status : null,
      from: from || null,
      until: until || null,
      after: null,
    },
  }
}

/** Every number that it may be in the countries that may be called, or what is wrong with it. */
export function numbersIn(text: string, regions: Known['regions']): E164[] | string {
  if (text.startsWith('chl_')) return 'This is no id of a challenge: one has letters, digits, - and _ behind chl_.'
  if (text.includes('•')) return 'A masked number names nobody. Type the whole one.'
  if (/[^\d\s()+./·-]/.test(text.replace(/^tel:/i, '')) && !/\p{Nd}/u.test(text))
    return 'Type a number, an id (chl_…) or metadata (key=value).'
  const international = parseNumber(text, null, '*')
  if (international.ok) return [international.number]
  if (international.reason !== 'needs_region') return international.message
  if (regions === '*') return 'Begin the number with + and the country code.'
  const readings = [...regions].map((region) => parseNumber(text, region))
  const numbers = new Set(readings.flatMap((reading) => (reading.ok ? [reading.number] : [])))
  if (numbers.size > 0 && numbers.size <= MOST_NUMBERS) return [...numbers]
  return numbers.size === 0
    ? 'No country that may be called has such a number. Begin it with + and the country code.'
    : 'This may be a number of many countries. Begin it with + and the country code.'
}

export function searchPath({ numberHashes, metadata, serviceId, status, from, until, after }: Search): string {
  const query = new URLSearchParams()
  if (numberHashes) query.set('number', numberHashes.join('.'))
  if (metadata) query.set('metadata', `${metadata.key}=${metadata.value}`)
  if (serviceId) query.set('service', serviceId)
  if (status) query.set('status', status)
  if (from) query.set('from', from)
  if (until) query.set('until', until)
  if (after) query.set('cursor', cursorOf(after))
  return query.size > 0 ? `search?${query}` : 'search'
}

/** `null` for an address that this console has not made. */
export function readSearchQuery(query: Partial<Record<string, string>>): Search | null {
  const { number, metadata, service = null, status = null, from = null, until = null, cursor } = query
  const hashes = number?.split('.') ?? null
  const pair = metadataIn(metadata ?? '')
  const after = cursor === undefined ? null : positionOf(cursor)
  const isWhole =
    (hashes === null || (hashes.length <= MOST_NUMBERS * 10 && hashes.every((hash) => HASH.test(hash)))) &&
    (metadata === undefined || (pair !== null && isMetadata(pair))) &&
    (service === null || SERVICE.test(service)) &&
    (status === null || isStatus(status)) &&
    (from === null || isMinute(from)) &&
    (until === null || isMinute(until)) &&
    (cursor === undefined || after !== null)
  if (!isWhole) return null
  return {
    numberHashes: hashes,
    metadata: pair,
    serviceId: service,
    status: status as Status | null,
    from,
    until,
    after,
  }
}

export function listQueryOf(
  { numberHashes, metadata, serviceId, status, from, until, after }: Search,
  limit: number,
): ListQuery {
  return {
    serviceId,
    numberHashes,
    status,
    reason: null,
    scope: null,
    metadata: metadata ? { [metadata.key]: metadata.value } : {},
    // From the beginning of that minute on: the query wants what is later than a millisecond.
    createdAfter: from === null ? null : Date.parse(`${from}Z`) - 1,
    after: after ?? (until === null ? null : { createdAt: `${Date.parse(`${until}Z`)}000`, id: '' }),
    limit,
  }
}

function metadataIn(text: string): Search['metadata'] {
  const [key, ...rest] = text.split('=')
  return rest.length > 0 ? { key: key!.trim(), value: rest.join('=').trim() } : null
}

function isMetadata({ key, value }: NonNullable<Search['metadata']>): boolean {
  return metadataSchema.safeParse({ [key]: value }).success
}

function isStatus(text: string): text is Status {
  return STATUSES.some((status) => status === text)
}

function isMinute(text: string): boolean {
  return MINUTE.test(text) && !Number.isNaN(Date.parse(`${text}Z`))
}
