// How many are called, how many of them are reached and approved, and why the others are not: drawn, and as figures.

import { html } from 'hono/html'
import { RATES, rateLines } from '../charts/rate-lines.ts'
import { reasonBars } from '../charts/reason-bars.ts'
import { STACKED, statusColumns } from '../charts/status-columns.ts'
import { type Group, PERIODS, type Period, type Stretch, type Summary } from '../statistics-summary.ts'
import { CARRIER_NAMES, STATUS_WORDS } from './challenge-words.ts'
import { commonestFailure, percentWords, secondsWords, shareWords } from './figure-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { table } from './table.ts'

const PERIOD_WORDS: Record<Period, string> = { '24h': '24 hours', '7d': '7 days', '30d': '30 days' }
const COUNTRIES_SHOWN = 20
/** Made when a page first needs it: it takes as long as a tenth of the start. */
let countryNames: Intl.DisplayNames | undefined

export function statisticsPage(period: Period, summary: Summary, frame: Frame): Html {
  const content = html`
    <div class="title">
      <h1>Statistics</h1>
      <nav class="periods" aria-label="Period">${(Object.keys(PERIODS) as Period[]).map(
        (one) =>
          html`<a href="statistics?period=${one}" ${one === period ? html`aria-current="true"` : ''}>${PERIOD_WORDS[one]}</a>`,
      )}</nav>
    </div>
    ${summary.isCut ? html`<p class="lead">There were so many that only the newest are counted: since ${timeWords(summary.from)}.</p>` : ''}
    ${tiles(summary)}
    ${summary.all.created === 0 ? html`<p class="empty">No challenge was created in this time.</p>` : details(period, summary)}`
  return pageFrame({ title: 'Statistics', path: 'statistics', styles: ['tables', 'statistics'], frame, content })
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

function details(period: Period, { stretches, failures, countries, carriers }: Summary): Html {
  const hours = period === '24h'
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
        ${carrierTable(carriers)}
      </section>
    </div>
    <section aria-labelledby="countries-title">
      <h2 id="countries-title">Countries</h2>
      ${countryTable(countries.slice(0, COUNTRIES_SHOWN))}
      ${countries.length > COUNTRIES_SHOWN ? html`<p class="hint">These are the ${COUNTRIES_SHOWN} with the most challenges.</p>` : ''}
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

function carrierTable(carriers: readonly Group[]): Html {
  return table(
    'Deliveries by carrier',
    ['Carrier', 'Calls answered', 'Texts arrived', 'Time to answer', 'Commonest failure'],
    carriers.map((carrier) => [
      CARRIER_NAMES[carrier.name as keyof typeof CARRIER_NAMES] ?? carrier.name,
      shareWords(carrier.answered),
      shareWords(carrier.arrived),
      secondsWords(carrier.answerSeconds),
      commonestFailure(carrier),
    ]),
  )
}

function countryTable(countries: readonly Group[]): Html {
  return table(
    'Challenges by country',
    ['Country', 'Challenges', 'Conversion', 'Calls answered', 'Texts arrived', 'Time to answer', 'Commonest failure'],
    countries.map((country) => [
      countryName(country.name),
      String(country.created),
      percentWords(country.approved),
      shareWords(country.answered),
      shareWords(country.arrived),
      secondsWords(country.answerSeconds),
      commonestFailure(country),
    ]),
  )
}

/** `001` stands for the codes that no country owns. */
function countryName(region: string): string {
  return region === '001' ? 'No country' : (namesOfCountries().of(region) ?? region)
}

function timeWords(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

function namesOfCountries(): Intl.DisplayNames {
  countryNames ??= new Intl.DisplayNames('en', { type: 'region' })
  return countryNames
}
