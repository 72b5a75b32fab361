// The waiting page: Answerback's own element, and inside it what a browser without JavaScript sees in its place.

import { html } from 'hono/html'
import { textsFor } from '../../elements/locales/texts-for.ts'
import { shownOf } from '../../elements/progress.ts'
import { channelsOffered, offerLabels } from '../../elements/retries.ts'
import type { ProtectedAction } from '../actions.ts'
import type { PendingVerification } from '../sessions.ts'
import { type Html, layout, type PageContext } from './layout.ts'

export function verifyPage(page: PageContext, pending: PendingVerification, notice: string | null): Html {
  const { basePath, texts, locale } = page
  const { action, challenge } = pending
  const content = html`
    <h1 class="unseen">${texts.verify.title}</h1>
    <p class="alert" id="notice" role="alert" ${notice === null ? html`hidden` : ''}>${notice ?? ''}</p>
    <answerback-challenge class="verify" id="verify" lang="${locale}" retry
      challenge="${challenge.id}" token="${challenge.page_token}">
      ${withoutScript(page, pending)}
      <div slot="ended" class="actions">${endedLinks(page, action)}</div>
    </answerback-challenge>
    <form id="finish" class="actions" method="post" action="${basePath}/finish">
      <input type="hidden" name="challenge" value="${challenge.id}">
      ${challenge.status === 'approved' && html`<button class="main">${texts.continue}</button>`}
    </form>
    <form id="again" method="post" action="${basePath}/again" hidden><input type="hidden" name="channel"></form>`
  const title = texts.verify.title
  return layout(page, { path: '/verify', title, script: 'verify', styles: ['forms', 'verify'], scene: true, content })
}

/** Not shown once the element has its own parts. */
function withoutScript(page: PageContext, { challenge }: PendingVerification): Html {
  const { basePath, texts, locale } = page
  const { verify: words } = texts
  const { texts: sentences } = textsFor(locale)
  const { title, sentence } = shownOf(challenge, sentences, Date.now())
  const { flow, details, display_code } = challenge
  const pending = challenge.status === 'pending'
  const labels = offerLabels(challenge, sentences)
  return html`<noscript>
    <h2>${title}</h2>
    <p class="lead">${sentence}</p>
    <p class="to">${challenge.to}</p>
    ${pending && html`<p class="note">${words.noScript} ${flow === 'send_code' ? words.typeCode : words.doAsAsked}</p>`}
    ${pending && flow === 'approve' && details && html`<p class="details">${details}</p>`}
    ${pending && flow === 'keypad_code' && display_code && html`<p class="digits">${display_code}</p>`}
    ${pending && flow === 'send_code' && codeForm(page, challenge.id, sentences.codeLabel(6))}
    ${
      pending &&
      flow !== 'send_code' &&
      html`<form method="post" action="${basePath}/finish">
      <input type="hidden" name="challenge" value="${challenge.id}"><button class="main">${texts.continue}</button>
    </form>`
    }
    ${channelsOffered(challenge).map(
      (channel) => html`<form method="post" action="${basePath}/${pending ? 'redeliver' : 'again'}">
      <input type="hidden" name="channel" value="${channel}"><button class="quiet">${labels[channel]}</button>
    </form>`,
    )}
    ${pending && html`<form method="post" action="${basePath}/cancel"><button class="plain-button">${sentences.cancel}</button></form>`}
    ${!pending && challenge.status !== 'approved' && endedLinks(page, undefined)}
  </noscript>`
}

function codeForm({ basePath, texts }: PageContext, id: string, label: string): Html {
  return html`<form class="code-form" method="post" action="${basePath}/finish" novalidate>
    <input type="hidden" name="challenge" value="${id}">
    <label for="typed">${label}</label>
    <div class="row">
      <input id="typed" name="code" inputmode="numeric" autocomplete="one-time-code" spellcheck="false" maxlength="24">
      <button class="main">${texts.secondFactor.confirm}</button>
    </div>
  </form>`
}

function endedLinks({ basePath, texts }: PageContext, action: ProtectedAction | undefined): Html {
  const { verify: words } = texts
  const back = {
    login: ['/second-factor', words.otherWay],
    signup: ['/register', words.startOver],
    transfer: ['/account', words.backToAccount],
    security: ['/security', words.backToNumbers],
    number: ['/security', words.backToNumbers],
  } as const
  const [path, text] = action ? back[action.scope] : (['', words.backToSignIn] as const)
  return html`<a class="button quiet" href="${basePath}${path}">${text}</a>`
}
