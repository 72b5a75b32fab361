// How many are called, how many of them are reached and approved, and why the others are not: drawn, and as figures.

import { html } from 'hono/html'
import type { CarrierName } from '../../domain/challenge.ts'
import { OTHER_PREFIXES, PREFIXES_SHOWN, REMOVED_NUMBERS, type StatisticsFilter } from '../../store/statistics.ts'
import { RATES, rateLines } from '../charts/rate-lines.ts'
import { reasonBars } from '../charts/reason-bars.ts'
import { STACKED, statusColumns } from '../charts/status-columns.ts'
import type { ServiceNames } from '../service-names.ts'
import { type StatisticsView, statisticsPath } from '../statistics-address.ts'
import { type Group, PERIODS, type Period, type Stretch, type Summary } from '../statistics-summary.ts'
import { CARRIER_NAMES, STATUS_WORDS } from './challenge-words.ts'
import { countryName } from './country-name.ts'
import { commonestFailure, percentWords, secondsWords, shareWords } from './figure-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { serviceChoice } from './service-choice.ts'
import { table } from './table.ts'

const PERIOD_WORDS: Record<Period, string> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' }
const COUNTRIES_SHOWN = 20

type Parts = { view: StatisticsView; summary: Summary; names: ServiceNames; frame: Frame }

export function statisticsPage({ view, summary, names, frame }: Parts): Html {
  const { period } = view
  const content = html`
    <div class="title">
      <h1>Statistics</h1>
      <nav class="periods" aria-label="Period">${(Object.keys(PERIODS) as Period[]).map(
        (one) =>
          html`<a href="${statisticsPath({ ...view, period: one })}" ${one === period ? html`aria-current="true"` : ''}>${PERIOD_WORDS[one]}</a>`,
      )}</nav>
    </div>
    ${names.all.length > 0 ? serviceForm(view, names) : ''}
    ${filters(view, names)}
    ${summary.isCut ? html`<p class="lead">There were so many that only the newest are counted: since ${timeWords(summary.from)}.</p>` : ''}
    ${tiles(summary)}
    ${summary.all.created === 0 ? html`<p class="empty">No challenge was created in this time.</p>` : details(view, summary)}`
  return pageFrame({ title: 'Statistics', path: 'statistics', styles: ['tables', 'statistics'], frame, content })
}

/** The other filters are links in the tables. */
function serviceForm({ period, filter }: StatisticsView, names: ServiceNames): Html {
  const { serviceId, ...others } = filter
  const kept = new URLSearchParams(statisticsPath({ period, filter: { ...others, serviceId: null } }).split('?')[1])
  return html`<form class="choice" method="get" action="statistics">
      ${[...kept].map(([name, text]) => html`<input type="hidden" name="${name}" value="${text}">`)}
      <label for="service">Service</label>
      ${serviceChoice(names, serviceId ?? undefined)}
      <button>Show</button>
    </form>`
}

function filters(view: StatisticsView, names: ServiceNames): Html | '' {
  const { serviceId, region, carrier, prefix } = view.filter
  const shown = [
    ...(serviceId === null ? [] : [{ text: names.of(serviceId) ?? serviceId, without: { serviceId: null } }]),
    ...(region === null ? [] : [{ text: countryName(region), without: { region: null } }]),
    ...(carrier === null ? [] : [{ text: CARRIER_NAMES[carrier], without: { carrier: null } }]),
    ...(prefix === null ? [] : [{ text: prefix, without: { prefix: null } }]),
  ]
  if (shown.length === 0) return ''
  return html`<ul class="filters" aria-label="Only">${shown.map(
    ({ text, without }) =>
      html`<li>${text} <a href="${statisticsPath({ ...view, filter: { ...view.filter, ...without } })}" aria-label="All, not only ${text}">×</a></li>`,
  )}</ul>`
}

function tiles({ all }: Summary): Html {
  const { answerSeconds } = all
  const shown: [string, string, string][] = [
    ['Challenges', String(all.created), 'created'],
    ['Conversion', percentWords(all.approved), `${all.approved.count} of ${all.approved.of} that ended were approved`],
    ['Calls answered', percentWords(all.answered), `${all.answered.count} of ${all.answered.of}`],
    ['Texts arrived', percentWords(all.arrived), `${all.arrived.count} of ${all.arrived.of}`],
    [
      'Time to answer',
      secondsWords(answerSeconds?.median ?? null),
      answerSeconds ? `half of them; nine of ten within ${secondsWords(answerSeconds.slow)}` : 'no call was answered',
    ],
  ]
  return html`<dl class="tiles">${shown.map(
    ([name, figure, hint]) => html`<div><dt>${name}</dt><dd><b>${figure}</b> <span>${hint}</span></dd></div>`,
  )}</dl>`
}

function details(view: StatisticsView, { stretches, failures, countries, carriers, prefixes }: Summary): Html {
  const hours = view.period === '24h'
  return html`
    <div class="charts">
      <section aria-labelledby="created-title">
        <h2 id="created-title">Challenges</h2>
        <ul class="legend">${STACKED.map((status) => html`<li class="fill-${status}">${STATUS_WORDS[status]}</li>`)}</ul>
        ${statusColumns(stretches, hours)}
      </section>
      <section aria-labelledby="rates-title">
        <h2 id="rates-title">Rates</h2>
        <ul class="legend">${RATES.map(({ key, text }) => html`<li class="line-${key}">${text}</li>`)}</ul>
        ${rateLines(stretches, hours)}
      </section>
    </div>
    <details class="figures"><summary>The same as a table</summary>${timeTable(stretches)}</details>
    <div class="charts">
      <section aria-labelledby="failures-title">
        <h2 id="failures-title">Why not approved</h2>
        ${failures.length > 0 ? reasonBars(failures) : html`<p class="empty">All that ended were approved.</p>`}
      </section>
      <section aria-labelledby="carriers-title">
        <h2 id="carriers-title">Carriers</h2>
        ${carrierTable(view, carriers)}
      </section>
    </div>
    <section aria-labelledby="countries-title">
      <h2 id="countries-title">Countries</h2>
      ${countryTable(view, countries.slice(0, COUNTRIES_SHOWN))}
      ${countries.length > COUNTRIES_SHOWN ? html`<p class="hint">These are the ${COUNTRIES_SHOWN} with the most challenges.</p>` : ''}
    </section>
    <section aria-labelledby="prefixes-title">
      <h2 id="prefixes-title">Prefixes</h2>
      ${prefixTable(view, prefixes)}
      <p class="hint">The country code and up to three digits more, never a whole number: the ${PREFIXES_SHOWN} with the most challenges.</p>
    </section>`
}

function timeTable(stretches: readonly Stretch[]): Html {
  return table(
    'Challenges and rates over time',
    ['From', ...STACKED.map((status) => STATUS_WORDS[status]), ...RATES.map(({ text }) => text)],
    stretches.map((stretch) => [
      timeWords(stretch.at),
      ...STACKED.map((status) => String(stretch.byStatus[status])),
      ...RATES.map(({ key }) => percentWords(stretch[key])),
    ]),
  )
}

function carrierTable(view: StatisticsView, carriers: readonly Group[]): Html {
  return table(
    'Deliveries by carrier',
    ['Carrier', 'Conversion', 'Calls answered', 'Texts arrived', 'Time to answer', 'Commonest failure'],
    carriers.map((carrier) => [
      only(view, { carrier: carrier.name as CarrierName }, CARRIER_NAMES[carrier.name as CarrierName]),
      percentWords(carrier.approved),
      shareWords(carrier.answered),
      shareWords(carrier.arrived),
      secondsWords(carrier.answerSeconds),
      commonestFailure(carrier),
    ]),
  )
}

const GROUP_HEADS = [
  'Challenges',
  'Conversion',
  'Calls answered',
  'Texts arrived',
  'Time to answer',
  'Commonest failure',
]

function countryTable(view: StatisticsView, countries: readonly Group[]): Html {
  return table(
    'Challenges by country',
    ['Country', ...GROUP_HEADS],
    countries.map((country) => [
      only(view, { region: country.name }, countryName(country.name)),
      ...groupCells(country),
    ]),
  )
}

function prefixTable(view: StatisticsView, prefixes: readonly Group[]): Html {
  const nameOf = ({ name }: Group) =>
    name === OTHER_PREFIXES
      ? 'All others'
      : name === REMOVED_NUMBERS
        ? 'Numbers that were removed'
        : only(view, { prefix: name }, name)
  return table(
    'Challenges by prefix',
    ['Prefix', ...GROUP_HEADS],
    prefixes.map((prefix) => [nameOf(prefix), ...groupCells(prefix)]),
  )
}

/** The link that leads to the statistics of this one alone. */
function only(view: StatisticsView, own: Partial<StatisticsFilter>, text: string): Html {
  return html`<a href="${statisticsPath({ ...view, filter: { ...view.filter, ...own } })}">${text}</a>`
}

function groupCells(group: Group): string[] {
  return [
    String(group.created),
    percentWords(group.approved),
    shareWords(group.answered),
    shareWords(group.arrived),
    secondsWords(group.answerSeconds),
    commonestFailure(group),
  ]
}

function timeWords(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}
