// One challenge: how it ended, in a sentence, and what happened, in the sentences of `npm run challenge`.

import { html } from 'hono/html'
import { outcomeSentence } from '../../challenges/outcome-sentence.ts'
import type { TimelineEvent } from '../../challenges/timeline.ts'
import { timelineSentences } from '../../challenges/timeline-sentences.ts'
import type { E164 } from '../../domain/challenge.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import { dateOf, FLOW_WORDS, reasonOf, STATUS_WORDS, stateWords, statusOf, timeOf } from './challenge-words.ts'
import { CUSTOMER_SENTENCES } from './customer-sentences.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'

/** `service`: its name; `null` where there is one alone. */
export type ChallengeParts = { record: ChallengeRecord; events: readonly TimelineEvent[]; service: string | null }

/**
 * `number`: the whole one, to who has asked for it; `removed` by retention. `view`: which entry of the audit log says that
 * the challenge is read, so that what follows it writes none; `null`: none does.
 */
type ShownChallenge = ChallengeParts & { number?: E164 | 'removed'; view: number | null }

export function challengePage(shown: ShownChallenge, mayAct: boolean, frame: Frame): Html {
  const { challenge } = shown.record
  const view = shown.view === null ? '' : `&view=${shown.view}`
  const content = html`
    <div class="title">
      <h1>Challenge</h1>
      <p class="connection" id="connection" role="status"></p>
    </div>
    <div ${isOver(shown.record) ? '' : html`data-stream="challenge-events?id=${challenge.id}${view}"`}>${challengeFragment(shown)}</div>
    ${wholeNumber(shown, mayAct)}`
  const title = `Challenge to ${shown.record.request.maskedNumber}`
  return pageFrame({ title, path: null, script: 'live', styles: ['challenges'], frame, content })
}

function wholeNumber({ record, number }: Omit<ShownChallenge, 'view'>, mayAct: boolean): Html | '' {
  if (number === 'removed')
    return html`<p class="whole" role="status">The number was removed when its time was over: see RETENTION.</p>`
  if (number !== undefined)
    return html`<p class="whole" role="status">The whole number: <b>${number}</b> That you have seen it stands in the audit log.</p>`
  if (!mayAct) return ''
  return html`<form class="whole" method="post" action="number"><button name="id" value="${record.challenge.id}">Show the whole number</button>
      <span class="hint">It is written into the audit log.</span></form>`
}

/** Nothing more will happen to it. */
export function isOver({ challenge }: ChallengeRecord): boolean {
  return challenge.outcome !== null && challenge.deliveries.every(({ progress }) => progress.state === 'ended')
}

export function challengeFragment({ record, events, service }: ChallengeParts): Html {
  return html`
    <section class="verdict" id="verdict" aria-label="Outcome">
      <p class="number">${record.request.maskedNumber}</p>
      <p><span class="pill ${statusOf(record)}">${STATUS_WORDS[statusOf(record)]}</span> <span class="said">${stateWords(record)}</span></p>
      ${verdict(record)}
    </section>
    <div class="columns" id="columns">
      <section id="timeline" aria-labelledby="timeline-title">
        <h2 id="timeline-title">What happened</h2>
        ${timeline(record, events)}
      </section>
      <section id="facts" aria-labelledby="facts-title">
        <h2 id="facts-title">What was asked for</h2>
        ${facts(record, service)}
      </section>
    </div>`
}

function verdict(record: ChallengeRecord): Html | '' {
  const reason = reasonOf(record)
  return reason === null
    ? ''
    : html`<p class="sentence">${outcomeSentence(reason)}</p>
      <p><b>To the customer:</b> ${CUSTOMER_SENTENCES[reason]}</p>`
}

function timeline({ createdAt }: ChallengeRecord, events: readonly TimelineEvent[]): Html {
  const told = timelineSentences(events)
  return html`<ol class="timeline" id="timeline-rows" data-rows>${told.map(({ at, text }, index) => {
    const isNewDay = dateOf(at) !== dateOf(told[index - 1]?.at ?? createdAt)
    return html`<li id="event-${index}">
      <time datetime="${at}">${isNewDay ? `${dateOf(at)} ` : ''}${timeOf(at)}</time>
      <p>${text}</p>
    </li>`
  })}</ol>`
}

function facts({ challenge, request, createdAt, expiresAt }: ChallengeRecord, service: string | null): Html {
  const metadata = Object.entries(request.metadata)
  const rows: [string, Html | string][] = [
    ['Id', html`<code>${challenge.id}</code>`],
    ...(service === null ? [] : [['Service', service] satisfies [string, string]]),
    ['Flow', FLOW_WORDS[challenge.flow]],
    ['Scope', request.scope],
    ['Created', html`<time datetime="${createdAt}">${dateOf(createdAt)} ${timeOf(createdAt)}</time>`],
    ['Good until', html`<time datetime="${expiresAt}">${dateOf(expiresAt)} ${timeOf(expiresAt)}</time>`],
    ['Language', request.locale],
    ['Country', request.region],
    ['Attempts left', String(challenge.attemptsLeft)],
    ...(request.details === null ? [] : [['Details', request.details] satisfies [string, string]]),
    ...metadata.map(([key, text]): [string, Html] => [key, html`${text}`]),
  ]
  return html`<dl>${rows.map(([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`)}</dl>`
}

export function noSuchChallengePage(frame: Frame): Html {
  const content = html`
    <h1>There is no challenge with this id</h1>
    <p class="lead">It may have been deleted: LEDGER_RETENTION says how long challenges are kept. Look for the number instead.</p>
    <p><a class="button" href="search">Search</a></p>`
  return pageFrame({ title: 'No such challenge', path: null, frame, content })
}
