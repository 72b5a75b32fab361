// The operator's commands about what the guard makes of the traffic.

import type { E164 } from '../domain/challenge.ts'
import { maskNumber, parseNumber, prefixOf } from '../domain/phone-number.ts'
import type { By } from '../store/audit-log.ts'
import type { ChallengeStore } from '../store/challenges.ts'
import type { GuardTraffic, Traffic } from '../store/guard-traffic.ts'
import type { GuardDecision, GuardTrips, Trip } from '../store/guard-trips.ts'
import type { PrefixTraffic } from '../store/prefix-traffic.ts'
import { type NumberExplanation, REFUSED_LEAVE_NONE, reasonsAgainst } from './explain-number.ts'
import { liftTrip } from './lift-trip.ts'
import { money, prefixKeyOf } from './traffic-rules.ts'

const SHOWN = 100

export const TRAFFIC_HELP = `What looks like fraud or costs too much.

  npm run guard -- trips                                what stands against prefixes, regions, services, and what did
  npm run guard -- traffic                              what was started, verified and spent in the last hour
  npm run guard -- explain +12025550123                 what stands against a number and was decided about it, or a challenge
                                                        (chl_…); with --extension 12 also against calling that inside line
  npm run guard -- lift '+1876555*' --reason "…"        ends what stands against a prefix, a region (JM), a service
                                                        (service:svc_…) or all (all), and begins to count anew
`

type Deps = NumberExplanation & {
  trips: GuardTrips
  traffic: GuardTraffic
  prefixes: PrefixTraffic
  challenges: Pick<ChallengeStore, 'find'>
  /** The app wants to be told. */
  pushes: boolean
}

export const TRAFFIC_SUBCOMMANDS = {
  trips: [],
  traffic: [],
  explain: ['number or challenge'],
  lift: ['prefix, region, service or "all"'],
} as const
type TrafficSubcommand = keyof typeof TRAFFIC_SUBCOMMANDS

export function isTrafficSubcommand(command: string): command is TrafficSubcommand {
  return Object.hasOwn(TRAFFIC_SUBCOMMANDS, command)
}

/** The answer. Throws with a sentence for what is written wrongly. */
export async function runTrafficCommand(
  command: TrafficSubcommand,
  [text = '']: readonly string[],
  { extension = null }: { extension?: string | null },
  by: By,
  deps: Deps,
): Promise<string> {
  switch (command) {
    case 'trips':
      return listed((await deps.trips.list(SHOWN)).map(tripLine), 'No rule has stood against anything.')
    case 'traffic':
      return trafficTable(deps.traffic)
    case 'explain':
      return text.startsWith('chl_') ? explainChallenge(text, deps) : explainNumber(text, deps, extension)
    case 'lift':
      return lift(text, by, deps)
  }
}

async function lift(text: string, by: By, deps: Deps): Promise<string> {
  const key = keyOf(text)
  const lifted = await liftTrip(deps.trips, key, deps.pushes, by)
  return lifted ? `Nothing stands against ${key} any more.` : `Nothing stood against ${key}.`
}

async function explainChallenge(id: string, deps: Deps): Promise<string> {
  const record = await deps.challenges.find(id)
  const decisions = await deps.trips.decisions({ challengeId: id }, SHOWN)
  if (!record && decisions.length === 0)
    throw new Error(`There is no challenge ${id}. One that was refused was never made: explain its number.`)
  const lines = decisions.map(decisionLine)
  if (!record?.request.to) return listed(lines, 'The guard had nothing against it.')
  return [
    listed(lines, 'The guard had nothing against it.'),
    '',
    'Its number:',
    await ofNumber(record.request.to, deps, record.request.extension),
  ].join('\n')
}

async function explainNumber(text: string, deps: Deps, extension: string | null): Promise<string> {
  const parsed = parseNumber(text, null, '*')
  if (!parsed.ok) throw new Error(`${text} is no number. ${parsed.message}`)
  if (extension !== null && !/\d/.test(extension))
    throw new Error(`--extension ${extension}: write the digits of the inside line.`)
  return ofNumber(parsed.number, deps, extension)
}

async function ofNumber(number: E164, deps: Deps, extension: string | null): Promise<string> {
  const { trips, prefixes, hashes } = deps
  const parsed = parseNumber(number, null, '*')
  const prefix = prefixOf(number)
  const keys = [prefixKeyOf(prefix), `region:${parsed.ok ? parsed.region : ''}`, 'all']
  const [reasons, standing, traffic, decisions] = await Promise.all([
    reasonsAgainst(number, deps, extension),
    trips.standing(),
    prefixes.find(prefix),
    trips.decisions({ numberHashes: hashes(number) }, SHOWN),
  ])
  const against = standing.filter(({ key }) => keys.includes(key) || key.startsWith('service:'))
  return [
    `${maskNumber(number)}, of ${keys[1]} and ${keys[0]}`,
    ...(traffic ? [`${traffic.started} calls and texts to ${prefix}…, ${traffic.verified} verified`] : []),
    ...reasons,
    ...against.map(tripLine),
    ...(reasons.length + against.length === 0 ? ['Nothing stands against it now.'] : []),
    listed(decisions.map(decisionLine), 'No rule against fraud or costs has refused a delivery to it, or would have.'),
    REFUSED_LEAVE_NONE,
  ].join('\n')
}

async function trafficTable(traffic: GuardTraffic): Promise<string> {
  const totals = await traffic.totals()
  const line = (key: string, { started, verified, failed, cost }: Traffic) => {
    const ended = verified + failed
    const share = ended > 0 ? `${Math.round((100 * verified) / ended)} % of ${ended}` : '-'
    const figures = [`${String(started).padStart(6)} started`, `${share} verified`.padEnd(24), money(cost).padStart(10)]
    return [...figures, key].join('  ')
  }
  const lines = totals
    .filter(({ hour }) => hour.started + hour.verified + hour.failed > 0)
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ key, hour }) => line(key, hour))
  return listed(lines, 'Nothing was started in the last hour.')
}

function tripLine({ rule, key, mode, reason, beganAt, until, endedAt, endReason, decisions }: Trip): string {
  const end = endedAt === null ? `until ${until}` : `ended ${endedAt} (${endReason})`
  const did = mode === 'enforce' ? 'refused' : 'would have refused'
  const refusals = rule === 'carriers' ? 'It only tells.' : `It ${did} ${decisions}.`
  return `${rule} against ${key} since ${beganAt}, ${end}: ${reason} ${refusals}`
}

function decisionLine({ at, rule, key, refused, reason, serviceId, challengeId }: GuardDecision): string {
  const what = refused ? 'refused' : `would have refused ${challengeId ?? ''}`.trim()
  return `${at} ${what} by ${rule} against ${key}, for ${serviceId}: ${reason}`
}

function listed(lines: readonly string[], none: string): string {
  return lines.length > 0 ? lines.join('\n') : none
}

/** `+1876555*`, `JM`, `service:svc_…`, `all`, or the key of a trip as it is listed. */
function keyOf(text: string): string {
  if (/^\+[1-9]\d{0,13}\*$/.test(text)) return prefixKeyOf(text.slice(0, -1))
  if (/^[A-Z]{2}$/.test(text)) return `region:${text}`
  if (text === 'all' || /^(prefix|region|service):\S+$/.test(text)) return text
  throw new Error(`${text} is none of '+1876555*', JM, service:svc_… and all.`)
}
