// What an operator signs in by, and how a second proof is added or removed.

import { html } from 'hono/html'
import type { SecondFactors } from '../second-factors.ts'
import { dateOf, timeOf } from './challenge-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { callFragment, type ShownCall } from './sign-in-call-pages.ts'
import { type Authenticator, authenticatorParts } from './sign-in-pages.ts'

const DONE = {
  app_added: 'The authenticator app is added.',
  phone_added: 'The phone is added.',
  app_removed: 'The authenticator app is removed, and you are signed out everywhere else.',
  phone_removed: 'The phone is removed, and you are signed out everywhere else.',
} as const
export type AccountChange = keyof typeof DONE

type Account = { factors: SecondFactors; error: string | null; done: string | null; frame: Frame }

export function accountPage({ factors: { authenticator, phone }, error, done, frame }: Account): Html {
  const both = authenticator !== null && phone !== null
  const app =
    authenticator === null
      ? html`<p>It shows a code, also where there is no network.</p>
      <form class="sign-in" method="post" action="account-authenticator">
        ${passwordField('app')}<button>Add an app</button>
      </form>`
      : html`<p>Added ${minute(authenticator.confirmedAt)}, last used ${minute(authenticator.lastUsedAt)}.</p>
      ${both ? removal(authenticator.id, 'app', 'Remove the app') : ''}`
  const call =
    phone === null
      ? html`<p>The page shows a code, and the phone asks for it.</p>
      <form class="sign-in" method="post" action="account-phone">
        <div class="field"><label for="number">Number, with + and the country code</label>
          <input id="number" name="number" type="tel" autocomplete="tel" maxlength="40" required></div>
        ${passwordField('phone')}<button>Call and add it</button>
      </form>`
      : html`<p><span class="nowrap">${phone.maskedNumber}</span></p>
      ${both ? removal(phone.id, 'phone', 'Remove the phone') : ''}`
  const content = html`<div class="narrow">
    <h1>Your sign-in</h1>
    ${error === null ? '' : html`<p class="error" role="alert">${error}</p>`}
    ${done !== null && Object.hasOwn(DONE, done) ? html`<p class="done" role="status">${DONE[done as AccountChange]}</p>` : ''}
    <p class="lead">Beside the password each sign-in wants a code from ${both ? 'one of these, as you choose' : 'this'}.
      ${both ? 'Either can be removed, which signs you out everywhere else.' : 'The only one cannot be removed: add the other first.'}</p>
    <section aria-labelledby="app-title"><h2 id="app-title">Authenticator app</h2>${app}</section>
    <section aria-labelledby="phone-title"><h2 id="phone-title">A call to your phone</h2>${call}</section>
  </div>`
  return pageFrame({ title: 'Your sign-in', path: null, frame, content })
}

function removal(factor: string, id: string, text: string): Html {
  return html`<form class="sign-in" method="post" action="account-remove">
        <input type="hidden" name="factor" value="${factor}">
        ${passwordField(id)}<button>${text}</button>
      </form>`
}

function passwordField(id: string): Html {
  return html`<div class="field"><label for="${id}-password">Your password</label>
          <input id="${id}-password" name="password" type="password" autocomplete="current-password" maxlength="100" required></div>`
}

export function newAuthenticatorPage({ frame, ...authenticator }: Authenticator & { frame: Frame }): Html {
  const { error } = authenticator
  const content = html`<div class="narrow">
    <h1>Add an authenticator app</h1>
    ${error === null ? '' : html`<p class="error" role="alert">${error}</p>`}
    ${authenticatorParts(authenticator, 'account-authenticator-code', 'Add the app')}
    <p><a href="account">Back</a></p>
  </div>`
  return pageFrame({ title: 'Add an authenticator app', path: null, frame, content })
}

export function phoneCallPage(call: ShownCall, frame: Frame): Html {
  const content = html`<div class="narrow">
    <h1>A call to your phone</h1>
    <div data-stream="account-call-events">${callFragment(call)}</div>
    <p class="connection" id="connection" role="status"></p>
    <form class="sign-in" method="post" action="account-call"><button class="main">Continue</button></form>
    <form method="post" action="account-call-cancel"><button>Hang up, and add no phone</button></form>
  </div>`
  return pageFrame({ title: 'A call to your phone', path: null, script: 'live', frame, content })
}

function minute(at: string | null): string {
  return at === null ? 'never' : `${dateOf(at)} ${timeOf(at).slice(0, 5)}`
}
