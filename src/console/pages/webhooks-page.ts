// What the app has not taken, why, and the button that sends it again.

import { html } from 'hono/html'
import type { FailedMessage } from '../../store/outbox.ts'
import { PUSH_FAILURES } from '../../webhooks/failure-codes.ts'
import type { ServiceNames } from '../service-names.ts'
import { dateOf, timeOf } from './challenge-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'

type Parts = {
  failed: readonly FailedMessage[]
  isCut: boolean
  /** Whether any service has an address to push to. */
  isPushing: boolean
  /** Seconds since the oldest message was written that is still to be delivered. */
  oldestAge: number | null
  done: string | null
  mayAct: boolean
  names: ServiceNames
  frame: Frame
}

export function webhooksPage({ failed, isCut, isPushing, oldestAge, done, mayAct, names, frame }: Parts): Html {
  const content = html`
    <div class="title"><h1>Webhooks</h1></div>
    ${done === null ? '' : html`<p class="done" role="status">${done}</p>`}
    <p class="lead">${stateOf(failed, { isCut, isPushing, oldestAge })}</p>
    <section aria-labelledby="failed-title">
      <h2 id="failed-title">Given up, or waiting long for the next try</h2>
      ${
        failed.length > 0
          ? html`<ul class="messages">${failed.map((message) => messageRow(message, names, mayAct))}</ul>`
          : html`<p class="empty">No message has failed.</p>`
      }
      ${isCut ? html`<p class="hint">These are the newest ${failed.length}.</p>` : ''}
      ${mayAct && failed.length > 1 ? html`<form class="paging" method="post" action="webhooks"><button name="message" value="all">Send all of them again</button></form>` : ''}
    </section>`
  return pageFrame({ title: 'Webhooks', path: 'webhooks', styles: ['tables'], frame, content })
}

function stateOf(
  failed: readonly FailedMessage[],
  { isCut, isPushing, oldestAge }: Pick<Parts, 'isCut' | 'isPushing' | 'oldestAge'>,
): string {
  const count = failed.filter(({ failedAt }) => failedAt !== null).length
  const messages = count === 1 ? 'message was' : 'messages were'
  const sentences = [
    ...(isPushing ? [] : ['Nothing is pushed: no service has a WEBHOOK_URL with a secret.']),
    ...(oldestAge === null
      ? []
      : [`The oldest message that is still to be delivered was written ${age(oldestAge)} ago.`]),
    ...(count === 0 ? [] : [`${isCut ? 'At least ' : ''}${count} ${messages} given up.`]),
  ]
  return sentences.length > 0 ? sentences.join(' ') : 'The app has taken everything that was written.'
}

function messageRow(
  { id, type, challenge, service, createdAt, tries, failedAt, nextAt, lastError }: FailedMessage,
  names: ServiceNames,
  mayAct: boolean,
): Html {
  const ofService = names.all.length > 0 ? html` <span>${names.of(service)}</span>` : ''
  const state = failedAt ? `given up ${minute(failedAt)}` : `next try ${minute(nextAt ?? createdAt)}`
  return html`<li>
      <div>
        <p><b>${type}</b>${challenge === null ? '' : html` <a href="${challenge}">${challenge.slice(0, 14)}…</a>`}${ofService}</p>
        <p>${why(lastError)}</p>
        <p class="hint">written ${minute(createdAt)}, ${tries} ${tries === 1 ? 'try' : 'tries'}, ${state}</p>
      </div>
      ${mayAct ? html`<form method="post" action="webhooks"><button name="message" value="${id}" aria-label="Send again: ${type} of ${challenge ?? id}">Send again</button></form>` : ''}
    </li>`
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
