// The pages of signing in: the password, the code, and the authenticator app or the phone that is set up at the first time.

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

type Enrolled = { hasAuthenticator: boolean /** Masked. */; phone: string | null; error: string | null }

export function codePage({ hasAuthenticator, phone, error }: Enrolled): Html {
  const byApp = html`<form class="sign-in" method="post" action="sign-in-code">
      <div class="field"><label for="code">The code that it shows</label>${CODE_FIELD}</div>
      <button class="main">Sign in</button>
    </form>`
  const byCall = html`<p>${hasAuthenticator ? 'Or key a code in a call' : 'Key a code in a call'} to <span class="nowrap">${phone}</span>.</p>
    <form class="sign-in" method="post" action="call"><button ${hasAuthenticator ? '' : html`class="main"`}>Call me</button></form>`
  return signInPage(
    hasAuthenticator ? 'Your authenticator app' : 'A call to your phone',
    error,
    html`${hasAuthenticator ? byApp : ''}${phone === null ? '' : byCall}`,
  )
}

/** The first time: one of the two. */
export function setUpPage(error: string | null): Html {
  return signInPage(
    'Set up a second proof',
    error,
    html`<p class="lead">The console wants a second proof at each sign-in. Choose one.</p>
    <section><h2>An authenticator app</h2>
      <p>It shows a code, also where there is no network.</p>
      <form class="sign-in" method="post" action="authenticator"><button>Show the QR code</button></form>
    </section>
    <section><h2>A call to my phone</h2>
      <p>The page shows a code, and the phone asks for it.</p>
      <form class="sign-in" method="post" action="phone">
        <div class="field"><label for="number">Number, with + and the country code</label>
          <input id="number" name="number" type="tel" autocomplete="tel" maxlength="40" required></div>
        <button>Call me</button>
      </form>
    </section>`,
  )
}

/** `shown`: only in the answer that has drawn the secret. */
export type Authenticator = { factor: string; shown: { secret: string; qrSvg: string } | null; error: string | null }

export function authenticatorPage(authenticator: Authenticator): Html {
  const again = html`<form class="sign-in" method="post" action="authenticator"><button>Show another QR code</button></form>`
  return signInPage(
    'Set up an authenticator app',
    authenticator.error,
    html`${authenticatorParts(authenticator, 'authenticator-code', 'Sign in')}
    ${again}`,
  )
}

/** The key, and the form for the first code. */
export function authenticatorParts({ factor, shown }: Authenticator, action: string, button: string): Html {
  return html`${
    shown
      ? html`<p class="lead">Scan this with the app, or type the key into it. It is shown once.</p>
      <div class="qr">${raw(shown.qrSvg)}</div>
      <p><code>${shown.secret.replace(/.{4}(?=.)/g, '$& ')}</code></p>`
      : html`<p class="lead">The app has the key already: type the code that it shows now.</p>`
  }
    <form class="sign-in" method="post" action="${action}">
      <input type="hidden" name="factor" value="${factor}">
      <div class="field"><label for="code">The code that it shows</label>${CODE_FIELD}</div>
      <button class="main">${button}</button>
    </form>`
}

export function signInPage(title: string, error: string | null, content: Html, script?: 'live'): Html {
  return pageDocument({
    title,
    ...(script && { script }),
    styles: [],
    body: html`<header class="top"><p class="brand"><img src="icon.svg" alt="" width="30" height="30"> Answerback <span>console</span></p></header>
    <main id="main" class="narrow">
      <h1>${title}</h1>
      ${error === null ? '' : html`<p class="error" role="alert">${error}</p>`}
      ${content}
    </main>`,
  })
}
