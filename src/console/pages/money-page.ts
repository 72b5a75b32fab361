// What calls and texts have cost: by day, service, carrier and country, and how much of each ceiling is used.

import { html } from 'hono/html'
import type { CarrierName } from '../../domain/challenge.ts'
import type { RuleMode } from '../../domain/traffic-rule.ts'
import { CHANNELS, moneyColumns } from '../charts/money-columns.ts'
import type { ServiceNames } from '../service-names.ts'
import { type Amounts, type CeilingUse, type DaySpent, type SpendingSummary, total } from '../spending-summary.ts'
import { CARRIER_NAMES } from './challenge-words.ts'
import { countryName } from './country-name.ts'
import { moneyWords } from './figure-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { serviceChoice } from './service-choice.ts'
import { table } from './table.ts'

/** In days. */
export const MONEY_PERIODS = { '7d': 7, '30d': 30, '90d': 90 } as const
export type MoneyPeriod = keyof typeof MONEY_PERIODS

const GROUPS_SHOWN = 20
const CEILINGS_SHOWN = 20
const CHANNEL_NAMES = { call: 'Calls', sms: 'Texts' } as const

const MODE_WORDS: Record<RuleMode, string> = {
  enforce: 'What would go beyond them is refused.',
  record: 'What goes beyond them is recorded, and not refused: GUARD_SPENDING.',
  off: 'Nothing is done about what goes beyond them: GUARD_SPENDING.',
}

const MEASURE =
  'They go by the hour and the day that end now, and, unless they are enforced, leave out what a rule that only records would have refused; the sums above count from midnight, and all of it.'

type Parts = {
  period: MoneyPeriod
  service: string | null
  summary: SpendingSummary
  ceilings: readonly CeilingUse[]
  mode: RuleMode
  names: ServiceNames
  frame: Frame
}

export function moneyPage({ period, service, summary, ceilings, mode, names, frame }: Parts): Html {
  const ofService = service === null ? '' : `&service=${service}`
  const content = html`
    <div class="title">
      <h1>Money</h1>
      <nav class="periods" aria-label="Period">${Object.entries(MONEY_PERIODS).map(
        ([one, days]) =>
          html`<a href="money?period=${one}${ofService}" ${one === period ? html`aria-current="true"` : ''}>${days} days</a>`,
      )}</nav>
    </div>
    ${names.all.length > 0 ? serviceForm(period, service, names) : ''}
    <p class="lead">About what calls and texts cost, in the currency of the rate deck, which is dollars unless RATE_DECK names
      another: a minute for each call from its start, at the price that the carrier was last seen to ask where it tells prices.
      When a call ends that nobody answered, its minute is taken off the day on which it began.</p>
    ${tiles(summary)}
    ${total(summary.all).count === 0 ? html`<p class="empty">Nothing was called or texted in this time.</p>` : details(summary, names)}
    <section aria-labelledby="ceilings-title">
      <h2 id="ceilings-title">Ceilings</h2>
      ${ceilings.length > 0 ? ceilingTable(ceilings.slice(0, CEILINGS_SHOWN), names) : html`<p class="empty">None is set: SPENDING_LIMIT and SPENDING_PER_SERVICE.</p>`}
      ${ceilings.length > 0 ? html`<p class="hint">${MODE_WORDS[mode]} ${MEASURE}</p>` : ''}
    </section>`
  return pageFrame({ title: 'Money', path: 'money', styles: ['tables', 'statistics'], frame, content })
}

function serviceForm(period: MoneyPeriod, service: string | null, names: ServiceNames): Html {
  return html`<form class="choice" method="get" action="money">
      <input type="hidden" name="period" value="${period}">
      <label for="service">Service</label>
      ${serviceChoice(names, service ?? undefined)}
      <button>Show</button>
    </form>`
}

function tiles({ all, days }: SpendingSummary): Html {
  const today = days.at(-1)!
  const shown: [string, string, string][] = [
    ['All', moneyWords(total(all).cost), `in ${days.length} days`],
    ['Today', moneyWords(total(today).cost), 'since midnight, UTC'],
    ['Calls', moneyWords(all.call.cost), `${all.call.count} ${all.call.count === 1 ? 'was' : 'were'} placed`],
    ['Texts', moneyWords(all.sms.cost), `${all.sms.count} ${all.sms.count === 1 ? 'was' : 'were'} sent`],
  ]
  return html`<dl class="tiles">${shown.map(
    ([name, figure, hint]) => html`<div><dt>${name}</dt><dd><b>${figure}</b> <span>${hint}</span></dd></div>`,
  )}</dl>`
}

function details({ days, services, carriers, countries }: SpendingSummary, names: ServiceNames): Html {
  return html`
    <div class="charts">
      <section aria-labelledby="days-title">
        <h2 id="days-title">By day</h2>
        <ul class="legend">${CHANNELS.map((channel) => html`<li class="fill-${channel}">${CHANNEL_NAMES[channel]}</li>`)}</ul>
        ${moneyColumns(days)}
      </section>
      <section aria-labelledby="carriers-title">
        <h2 id="carriers-title">By carrier</h2>
        ${groupTable('carrier', carriers, (name) => CARRIER_NAMES[name as CarrierName])}
      </section>
    </div>
    <details class="figures"><summary>The same as a table</summary>${dayTable(days)}</details>
    <div class="charts">
      <section aria-labelledby="countries-title">
        <h2 id="countries-title">By country</h2>
        ${groupTable('country', countries, countryName)}
      </section>
      ${
        names.all.length > 0
          ? html`<section aria-labelledby="services-title">
        <h2 id="services-title">By service</h2>
        ${groupTable('service', services, (id) => names.of(id) ?? id)}
      </section>`
          : ''
      }
    </div>`
}

const HEADS = ['Calls', 'Texts', 'Cost']

function cells(amounts: Amounts): string[] {
  return [String(amounts.call.count), String(amounts.sms.count), moneyWords(total(amounts).cost)]
}

function dayTable(days: readonly DaySpent[]): Html {
  const newestFirst = days.toReversed()
  return table(
    'Cost by day',
    ['Day', ...HEADS],
    newestFirst.map((day) => [new Date(day.at).toISOString().slice(0, 10), ...cells(day)]),
  )
}

function groupTable(
  what: string,
  groups: readonly (Amounts & { name: string })[],
  nameOf: (name: string) => string,
): Html {
  const shown = groups.slice(0, GROUPS_SHOWN)
  return html`${table(
    `Cost by ${what}`,
    [what[0]!.toUpperCase() + what.slice(1), ...HEADS],
    shown.map((group) => [nameOf(group.name), ...cells(group)]),
  )}${groups.length > GROUPS_SHOWN ? html`<p class="hint">These are the ${GROUPS_SHOWN} dearest.</p>` : ''}`
}

function ceilingTable(ceilings: readonly CeilingUse[], names: ServiceNames): Html {
  return table(
    'Ceilings',
    ['Of', 'In the last', 'Spent', 'Ceiling', 'Used'],
    ceilings.map(({ service, seconds, spent, max }) => [
      service === null ? 'All services together' : (names.of(service) ?? 'The only service'),
      seconds === 3_600 ? 'hour' : 'day',
      moneyWords(spent),
      moneyWords(max),
      used(spent / max),
    ]),
  )
}

function used(share: number): Html {
  const percent = Math.round(share * 100)
  return html`<span class="used"><svg class="gauge${share >= 1 ? ' full' : ''}" viewBox="0 0 100 10" aria-hidden="true"><rect class="ground" width="100" height="10" rx="5" /><rect class="part" width="${Math.min(100, percent)}" height="10" rx="5" /></svg> ${percent} %</span>`
}
