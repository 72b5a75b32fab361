// What the app has not taken, why, and the button that sends it again.

import { html } from 'hono/html'
import type { FailedMessage } from '../../store/outbox.ts'
import { FIRST_SERVICE } from '../../store/services.ts'
import { PUSH_FAILURES } from '../../webhooks/failure-codes.ts'
import type { ServiceNames } from '../service-names.ts'
import { dateOf, timeOf } from './challenge-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { table } from './table.ts'

type Parts = {
  failed: readonly FailedMessage[]
  isCut: boolean
  /** Seconds since the oldest message was written that is still to be delivered. */
  oldestAge: number | null
  done: string | null
  mayAct: boolean
  names: ServiceNames
  frame: Frame
}

export function webhooksPage({ failed, isCut, oldestAge, done, mayAct, names, frame }: Parts): Html {
  const heads = [
    'Message',
    ...(names.all.length > 0 ? ['Service'] : []),
    'Challenge',
    'Written',
    'Tries',
    'State',
    'Why',
    ...(mayAct ? ['Again'] : []),
  ]
  const content = html`
    <div class="title"><h1>Webhooks</h1></div>
    ${done === null ? '' : html`<p class="done" role="status">${done}</p>`}
    <p class="lead">${oldestAge === null ? 'The app has taken everything that was written.' : `The oldest message that is still to be delivered was written ${age(oldestAge)} ago.`}</p>
    <section aria-labelledby="failed-title">
      <h2 id="failed-title">Given up, or waiting long for the next try</h2>
      ${
        failed.length > 0
          ? table(
              'Messages that failed',
              heads,
              failed.map((message) => messageRow(message, names, mayAct)),
            )
          : html`<p class="empty">No message has failed.</p>`
      }
      ${isCut ? html`<p class="hint">These are the newest ${failed.length}.</p>` : ''}
      ${mayAct && failed.length > 1 ? html`<form class="paging" method="post" action="webhooks"><button name="message" value="all">Send all of them again</button></form>` : ''}
    </section>`
  return pageFrame({ title: 'Webhooks', path: 'webhooks', styles: ['tables'], frame, content })
}

function messageRow(
  { id, type, challenge, service, createdAt, tries, failedAt, nextAt, lastError }: FailedMessage,
  names: ServiceNames,
  mayAct: boolean,
) {
  return [
    type,
    ...(names.all.length > 0 ? [names.of(service ?? FIRST_SERVICE) ?? ''] : []),
    challenge === null ? '' : html`<a href="${challenge}">${challenge.slice(0, 14)}…</a>`,
    minute(createdAt),
    String(tries),
    failedAt ? `given up ${minute(failedAt)}` : `next try ${minute(nextAt ?? createdAt)}`,
    why(lastError),
    ...(mayAct
      ? [
          html`<form method="post" action="webhooks"><button name="message" value="${id}" aria-label="Send ${type} of ${challenge ?? id} again">Send again</button></form>`,
        ]
      : []),
  ]
}

/** `http_503` and the like are the receiver's status. */
function why(code: string): string {
  return Object.hasOwn(PUSH_FAILURES, code) ? PUSH_FAILURES[code as keyof typeof PUSH_FAILURES] : code.replace('_', ' ')
}

function minute(at: string): string {
  return `${dateOf(at)} ${timeOf(at).slice(0, 5)}`
}

function age(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
