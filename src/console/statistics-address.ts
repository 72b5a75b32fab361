// What the statistics are of, as it stands in the address of their page.

import { CARRIERS } from '../domain/challenge.ts'
import type { StatisticsFilter } from '../store/statistics.ts'
import { PERIODS, type Period } from './statistics-summary.ts'

export type StatisticsView = { period: Period; filter: StatisticsFilter }

export const EVERYTHING: StatisticsFilter = { serviceId: null, region: null, carrier: null, prefix: null }

const NAMES = { serviceId: 'service', region: 'country', carrier: 'carrier', prefix: 'prefix' } as const
const FORMS = {
  serviceId: /^svc_[\w-]{1,64}$/,
  region: /^([A-Z]{2}|001)$/,
  carrier: new RegExp(`^(${CARRIERS.join('|')})$`),
  // With its + written as such it comes as a space.
  prefix: /^[+ ]?\d{1,6}$/,
} as const
type Field = keyof StatisticsFilter
const FIELDS = Object.keys(NAMES) as Field[]

export function statisticsPath({ period, filter }: StatisticsView): string {
  const query = new URLSearchParams({ period })
  for (const field of FIELDS) if (filter[field] !== null) query.set(NAMES[field], filter[field].replace('+', ''))
  return `statistics?${query}`
}

/** `null`: an address that no page of ours leads to. */
export function readStatisticsQuery(query: Partial<Record<string, string>>): StatisticsView | null {
  const period = query.period ?? '24h'
  // A field of the form that is left at "any" comes empty.
  const given = FIELDS.map((field) => [field, query[NAMES[field]] || null] as const)
  if (!isPeriod(period) || given.some(([field, text]) => text !== null && !FORMS[field].test(text))) return null
  const { prefix, ...filter } = Object.fromEntries(given) as StatisticsFilter
  return { period, filter: { ...filter, prefix: prefix === null ? null : `+${prefix.replace(/\D/g, '')}` } }
}

function isPeriod(text: string): text is Period {
  return Object.hasOwn(PERIODS, text)
}
