// What the guard's rules on traffic stand against, with the button that lifts one, and whom they have refused.

import { html } from 'hono/html'
import type { TrafficRule } from '../../domain/traffic-rule.ts'
import type { GuardDecision, Trip } from '../../store/guard-trips.ts'
import type { ServiceNames } from '../service-names.ts'
import { dateOf, timeOf } from './challenge-words.ts'
import { countryName } from './country-name.ts'
import type { Html } from './page-frame.ts'
import { table } from './table.ts'

export type GuardTraffic = { trips: readonly Trip[]; isCut: boolean; decisions: readonly GuardDecision[] }

const RULES: Record<TrafficRule, string> = {
  conversion: 'Hardly any verified',
  neighbours: 'Many neighbouring numbers',
  unverified: 'Budget of unverified calls',
  spending: 'Ceiling on money',
  carriers: 'A carrier verifies fewer',
}

export function trafficSections({ trips, isCut, decisions }: GuardTraffic, names: ServiceNames, mayAct: boolean): Html {
  const standing = trips.filter(({ endedAt }) => endedAt === null)
  const over = trips.filter(({ endedAt }) => endedAt !== null)
  return html`<section aria-labelledby="trips-title">
      <h2 id="trips-title">What stands against traffic</h2>
      ${
        standing.length > 0
          ? html`<ul class="messages">${standing.map((trip) => standingTrip(trip, names, mayAct))}</ul>`
          : html`<p class="empty">No rule stands against a prefix, a country, a service or all of them.</p>`
      }
      ${isCut ? html`<p class="hint">Of what stands, and then of what stood before, these are the newest ${trips.length}.</p>` : ''}
    </section>
    ${
      over.length > 0
        ? html`<section aria-labelledby="over-title">
      <h2 id="over-title">What stood before</h2>
      ${table(
        'What stood before',
        ['Against', 'Rule', 'From', 'To', 'Did', 'Ended by'],
        over.map((trip) => [
          against(trip.key, names),
          RULES[trip.rule],
          minute(trip.beganAt),
          minute(trip.endedAt!),
          whatItDid(trip),
          trip.endReason ?? '',
        ]),
      )}
    </section>`
        : ''
    }
    ${
      decisions.length > 0
        ? html`<section aria-labelledby="decisions-title">
      <h2 id="decisions-title">Newest decisions</h2>
      ${table(
        'Newest decisions',
        ['Number', 'At', 'Decision', 'Rule', 'Against', 'Service', 'Challenge'],
        decisions.map((decision) => decisionCells(decision, names)),
      )}
      <p class="hint">Those of thirty days are kept. Why, and what stands against a number now: npm run guard -- explain.</p>
    </section>`
        : ''
    }`
}

function standingTrip(trip: Trip, names: ServiceNames, mayAct: boolean): Html {
  const { rule, key, reason, beganAt, until } = trip
  const what = against(key, names)
  return html`<li>
      <div>
        <p><b>${what}</b> <span>${RULES[rule]}</span></p>
        <p>${names.inText(reason)}</p>
        <p class="hint">since ${minute(beganAt)}, until ${minute(until)}; ${whatItDid(trip)}</p>
      </div>
      ${
        mayAct
          ? html`<form class="lift" method="post" action="guard-lift">
        <input type="hidden" name="key" value="${key}">
        <input name="reason" aria-label="Reason to lift what stands against ${what}" placeholder="Reason" autocomplete="off" maxlength="200" required>
        <button aria-label="Lift what stands against ${what}">Lift</button>
      </form>`
          : ''
      }
    </li>`
}

function decisionCells(decision: GuardDecision, names: ServiceNames): (string | Html)[] {
  const { at, rule, key, refused, serviceId, shown, challengeId } = decision
  return [
    shown,
    minute(at),
    refused ? 'refused' : 'would have refused',
    RULES[rule],
    against(key, names),
    names.of(serviceId) ?? 'the service',
    challengeId === null ? 'never made' : html`<a href="${challengeId}">${challengeId.slice(0, 14)}…</a>`,
  ]
}

function whatItDid({ rule, mode, decisions }: Trip): string {
  if (rule === 'carriers') return 'only tells'
  return `${mode === 'enforce' ? 'refused' : 'would have refused'} ${decisions}`
}

/** Of the key of a trip. */
function against(key: string, names: ServiceNames): string {
  const [kind, name = '', region] = key.split(':')
  if (kind === 'prefix') return `${name}…`
  if (kind === 'region') return countryName(name)
  if (kind === 'service') return names.of(name) ?? 'the service'
  return kind === 'carrier' ? [name, ...(region ? [countryName(region)] : [])].join(', ') : 'all services'
}

function minute(at: string): string {
  return `${dateOf(at)} ${timeOf(at).slice(0, 5)}`
}
