// The pages of signing in: the password, the code, and the authenticator app that is set up at the first time.

import { html, raw } from 'hono/html'
import { type Html, pageDocument } from './page-frame.ts'

const CODE_FIELD = html`<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="12" required autofocus>`

export function passwordPage({ name, error }: { name: string; error: string | null }): Html {
  return signInPage(
    'Sign in',
    error,
    html`<form class="sign-in" method="post" action="sign-in">
      <div class="field"><label for="name">Name</label>
        <input id="name" name="name" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="40" required></div>
      <div class="field"><label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" maxlength="100" required></div>
      <button class="main">Continue</button>
    </form>
    <p class="hint">Locked out? Whoever runs the server lets you in again: npm run operator -- reset</p>`,
  )
}

export function codePage(error: string | null): Html {
  return signInPage(
    'Your authenticator app',
    error,
    html`<form class="sign-in" method="post" action="sign-in-code">
      <div class="field"><label for="code">The code that it shows</label>${CODE_FIELD}</div>
      <button class="main">Sign in</button>
    </form>`,
  )
}

/** `shown`: only in the answer that has drawn the secret. */
type Authenticator = { factor: string | null; shown: { secret: string; qrSvg: string } | null; error: string | null }

export function authenticatorPage({ factor, shown, error }: Authenticator): Html {
  const again = html`<form class="sign-in" method="post" action="authenticator"><button>${factor === null ? 'Show the QR code' : 'Show another QR code'}</button></form>`
  if (factor === null)
    return signInPage(
      'Set up an authenticator app',
      error,
      html`<p class="lead">The console wants a second proof at each sign-in: a code of an authenticator app on your phone.</p>${again}`,
    )
  return signInPage(
    'Set up an authenticator app',
    error,
    html`${
      shown
        ? html`<p class="lead">Scan this with the app, or type the key into it. It is shown once.</p>
      <div class="qr">${raw(shown.qrSvg)}</div>
      <p><code>${shown.secret.replace(/.{4}(?=.)/g, '$& ')}</code></p>`
        : html`<p class="lead">The app has the key already: type the code that it shows now.</p>`
    }
    <form class="sign-in" method="post" action="authenticator-code">
      <input type="hidden" name="factor" value="${factor}">
      <div class="field"><label for="code">The code that it shows</label>${CODE_FIELD}</div>
      <button class="main">Sign in</button>
    </form>
    ${again}`,
  )
}

function signInPage(title: string, error: string | null, content: Html): Html {
  return pageDocument({
    title,
    styles: [],
    body: html`<header class="top"><p class="brand"><img src="icon.svg" alt="" width="30" height="30"> Answerback <span>console</span></p></header>
    <main id="main" class="narrow">
      <h1>${title}</h1>
      ${error === null ? '' : html`<p class="error" role="alert">${error}</p>`}
      ${content}
    </main>`,
  })
}
