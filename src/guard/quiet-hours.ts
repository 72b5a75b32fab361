// At night nobody is called or texted for what they did not ask for. The night is that of the number's region by its own
// clocks; where a region has several, it is night while it is night by any of them.

import type { Refusal } from '../domain/refusal.ts'
import type { ChallengeRequest } from '../store/types.ts'

declare global {
  namespace Intl {
    // Of the Intl Locale Info API, which Node 24 has and TypeScript's library has not yet.
    interface Locale {
      getTimeZones(): string[] | undefined
    }
  }
}

/** Minutes after midnight, from which to before which it is quiet; over midnight when `from` is the later. */
export type QuietHours = { from: number; to: number }

export type QuietRefusal = (
  request: Pick<ChallengeRequest, 'initiatedBy' | 'region' | 'serviceId'>,
) => Promise<Refusal | null>

type Deps = {
  settingsOf: (serviceId: string) => { quietHours: QuietHours | null }
  /** The database's clock, in milliseconds since 1970. */
  now: () => Promise<number>
}

/** Why a delivery may not begin now. Of what the person asked for nothing is looked up. */
export function createQuietRefusal({ settingsOf, now }: Deps): QuietRefusal {
  return async ({ initiatedBy, region, serviceId }) => {
    const { quietHours } = settingsOf(serviceId)
    if (initiatedBy === 'person' || quietHours === null) return null
    const at = await now()
    if (!isQuiet(quietHours, region, at)) return null
    const until = quietUntil(quietHours, region, at)
    const end = until === null ? 'at no hour of the day is it day everywhere there' : `nothing begins until ${until}`
    return {
      refused: 'quiet_hours',
      detail: `It is night in ${region}, from ${clock(quietHours.from)} to ${clock(quietHours.to)}, and the person did not ask for this: ${end}.`,
      ...(until !== null && { until }),
    }
  }
}

export function isQuiet(hours: QuietHours, region: string, at: number): boolean {
  return zonesOf(region).some((zone) => isQuietIn(hours, zone, at))
}

/** The first minute that is quiet by none of the region's clocks, ISO 8601; `null`: there is none within two days. */
export function quietUntil(hours: QuietHours, region: string, at: number): string | null {
  const zones = zonesOf(region)
  let moment = Math.ceil(at / MINUTE) * MINUTE
  while (moment < at + 48 * 60 * MINUTE) {
    const zone = zones.find((one) => isQuietIn(hours, one, moment))
    if (zone === undefined) return new Date(moment).toISOString()
    moment = endIn(hours, zone, moment)
  }
  return null
}

const MINUTE = 60_000
const DAY_MINUTES = 1440

function isQuietIn({ from, to }: QuietHours, zone: string, at: number): boolean {
  const minutes = minutesIn(zone, at)
  return from < to ? from <= minutes && minutes < to : from <= minutes || minutes < to
}

/** When a quiet time ends that has begun. A night in which the clocks change is longer or shorter. */
function endIn(hours: QuietHours, zone: string, at: number): number {
  const left = (hours.to - minutesIn(zone, at) + DAY_MINUTES) % DAY_MINUTES
  let end = at + left * MINUTE
  const past = (minutesIn(zone, end) - hours.to + DAY_MINUTES) % DAY_MINUTES
  if (past > 0) end -= (past > DAY_MINUTES / 2 ? past - DAY_MINUTES : past) * MINUTE
  // The end itself is left out by a clock that is put forward.
  while (isQuietIn(hours, zone, end)) end += MINUTE
  return end
}

const formats = new Map<string, Intl.DateTimeFormat>()

function minutesIn(zone: string, at: number): number {
  const format =
    formats.get(zone) ??
    new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  formats.set(zone, format)
  const [hour = 0, minute = 0] = format.format(at).split(':').map(Number)
  return hour * 60 + minute
}

/** Regions of libphonenumber whose clocks CLDR does not name. */
const UNNAMED: Record<string, string> = { XK: 'Europe/Belgrade', AC: 'Africa/Abidjan', TA: 'Africa/Abidjan' }
const zones = new Map<string, readonly string[]>()

/** Of numbers that belong to no region (`001`) it is UTC. */
function zonesOf(region: string): readonly string[] {
  const known = zones.get(region) ?? findZones(region)
  zones.set(region, known)
  return known
}

function findZones(region: string): readonly string[] {
  const found = /^[A-Z]{2}$/.test(region) ? (new Intl.Locale(`und-${region}`).getTimeZones() ?? []) : []
  return found.length > 0 ? found : [UNNAMED[region] ?? 'UTC']
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
