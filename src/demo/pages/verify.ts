// The waiting page. As the server writes it, it works without JavaScript; browser/verify.ts keeps it up to date.

import { html } from 'hono/html'
import type { Challenge } from '../../client/client.ts'
import { type Action, outcomeMessage } from '../outcome-sentences.ts'
import { progressMessage, redeliveryLabels, retryLabels } from '../sentences.ts'
import type { PendingVerification, ProtectedAction } from '../sessions.ts'
import { CODE_LENGTH } from '../verification-methods.ts'
import { type Html, hidden, layout, type PageContext } from './layout.ts'

const RETURN_LINKS: Record<ProtectedAction['scope'], { page: string; label: string; number: string }> = {
  login: { page: '', label: 'Back to sign-in', number: 'Change the number' },
  signup: { page: '/register', label: 'Start over', number: 'Change the number' },
  transfer: { page: '/account', label: 'Back to your account', number: 'Back to your account' },
}

type Options = { resendCooldown: number; notice: string | null }

export function verifyPage(
  page: PageContext,
  { action, challenge }: PendingVerification,
  { resendCooldown, notice }: Options,
): Html {
  const { id, to } = challenge
  const now = Date.now()
  const outcome = outcomeMessage(challenge)
  const { title, sentence, stage } = outcome ? { ...outcome, stage: outcome.tone } : progressMessage(challenge, now)
  const data = JSON.stringify({ challenge, now, codeLength: CODE_LENGTH, resendCooldown })
  const content = html`
    <section class="verify" id="verify" data-stage="${stage}" data-verify="${data}">
      <div class="figure" aria-hidden="true">${figure}</div>
      <div id="status" role="status" tabindex="-1">
        <h1 id="title">${title}</h1>
        <p class="lead" id="sentence">${sentence}</p>
      </div>
      <p class="to">
        <span class="unseen">Phone number ending in ${to.slice(-4).split('').join(' ')}</span>
        <span aria-hidden="true">${to}</span>
      </p>
      <p class="alert" id="problem" role="alert" ${hidden(notice === null)}>${notice ?? ''}</p>
      <div id="pending" ${hidden(outcome !== null)}>${pendingParts(page, challenge)}</div>
      <form id="finish" class="actions" method="post" action="${page.basePath}/finish">
        <input type="hidden" name="challenge" value="${id}">
        ${continueButton(challenge)}
      </form>
      <div class="actions" id="ended" ${hidden(outcome === null || outcome.tone === 'good')}>
        ${endedActions(page, action, challenge)}
      </div>
    </section>`
  return layout(page, { title, script: 'verify', styles: ['forms', 'verify', 'call-figure'], scene: true, content })
}

function pendingParts(page: PageContext, challenge: Challenge): Html {
  const { id, flow, details, display_code } = challenge
  return html`
    ${flow === 'send_code' && codeForm(page, id)}
    ${flow === 'keypad_code' && display_code && displayCode(display_code)}
    ${flow === 'approve' && keyLegend(details)}
    <noscript class="note">This page follows your call with JavaScript, which is switched off.
      ${flow === 'send_code' ? 'Type the code once you have it.' : 'Do what the call asks, then press Continue.'}</noscript>
    <p class="countdown" id="left" role="timer" hidden></p>
    <div class="actions" id="live">
      ${redeliveryForms(page, challenge)}
      <form id="cancel" method="post" action="${page.basePath}/cancel"><button class="plain-button">Cancel</button></form>
    </div>`
}

function redeliveryForms(page: PageContext, challenge: Challenge): Html[] {
  const labels = redeliveryLabels(challenge)
  return (['call', 'sms'] as const).map(
    (
      channel,
    ) => html`<form id="offer-${channel}" method="post" action="${page.basePath}/redeliver" ${hidden(!labels[channel])}>
      <input type="hidden" name="channel" value="${channel}"><button class="quiet">${labels[channel] ?? ''}</button>
    </form>`,
  )
}

function codeForm(page: PageContext, id: string): Html {
  return html`<form class="code-form" id="code-form" method="post" action="${page.basePath}/finish" novalidate>
    <input type="hidden" name="challenge" value="${id}">
    <label for="code">Your ${CODE_LENGTH}-digit code</label>
    <div class="row">
      <input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" autocapitalize="none"
        spellcheck="false" maxlength="24" aria-describedby="sentence code-error" autofocus>
      <button class="main">Confirm</button>
    </div>
    <p class="error" id="code-error" role="alert" hidden></p>
  </form>`
}

function displayCode(code: string): Html {
  const half = Math.ceil(code.length / 2)
  return html`<div class="shown-code">
    <p>Enter this on your phone</p>
    <p class="digits">
      <span class="unseen">${code.split('').join(' ')}</span>
      <span aria-hidden="true"><b>${code.slice(0, half)}</b> <b>${code.slice(half)}</b></span>
    </p>
  </div>`
}

function keyLegend(details: string | null): Html {
  return html`<div class="keys">
    ${details && html`<p class="details">${details}</p>`}
    <ul>
      <li><kbd>1</kbd> approves it</li>
      <li><kbd>9</kbd> says that this was not you</li>
      <li><kbd>*</kbd> says it again; any other key refuses</li>
    </ul>
  </div>`
}

/** The script moves on by itself; the button is for pages without it, and for when moving on has failed once. */
function continueButton({ status, flow }: Challenge): Html | false {
  const button = html`<button class="main">Continue</button>`
  if (status === 'approved') return button
  return status === 'pending' && flow !== 'send_code' && html`<noscript>${button}</noscript>`
}

function endedActions(page: PageContext, action: ProtectedAction, challenge: Challenge): Html {
  const actions = outcomeMessage(challenge)?.actions ?? []
  const offered = (next: Action) => html`data-action="${next}" ${hidden(!actions.includes(next))}`
  const more = retryLabels(challenge)
  const start = RETURN_LINKS[action.scope]
  return html`
    <form method="post" action="${page.basePath}/again" ${offered('again')}>
      <input type="hidden" name="channel" value="call"><button class="main" id="again-call">${more.call}</button>
    </form>
    <form method="post" action="${page.basePath}/again" ${offered('text')}>
      <input type="hidden" name="channel" value="sms"><button class="quiet" id="again-sms">${more.sms}</button>
    </form>
    <a class="button quiet" href="${page.basePath}${start.page}" ${offered('number')}>${start.number}</a>
    <a class="button quiet" href="${page.basePath}${start.page}" ${offered('start')}>${start.label}</a>`
}

const figure = html`<svg viewBox="0 0 120 120" width="120" height="120">
  <circle class="ring far" cx="60" cy="60" r="38" />
  <circle class="ring near" cx="60" cy="60" r="38" />
  <circle class="disc" cx="60" cy="60" r="38" />
  <path class="handset" d="M47.6 41.8c-2.6 0-5.4 2.6-5.4 6.6 0 15.9 13.5 29.4 29.4 29.4 4 0 6.6-2.8 6.6-5.4v-5.1a2.6 2.6 0 0 0-1.9-2.5l-6.6-1.9a2.6 2.6 0 0 0-2.6.7l-2.7 2.8c-4.9-2.4-8.4-5.9-10.8-10.8l2.8-2.7a2.6 2.6 0 0 0 .7-2.6l-1.9-6.6a2.6 2.6 0 0 0-2.5-1.9z" />
  <path class="letter" d="M42 48.5h36v22H59l-8 7.5v-7.5h-9z" />
  <path class="mark good" d="M45 61l10.5 10.5L76 50" />
  <path class="mark bad" d="M48 48l24 24M72 48L48 72" />
  <path class="mark calm" d="M60 43v20M60 74.5v.5" />
</svg>`
