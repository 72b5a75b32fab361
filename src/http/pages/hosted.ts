// The hosted page of one challenge. The page token is in the fragment, which no browser sends.

import { html } from 'hono/html'
import type { Locale } from '../../domain/locale.ts'
import { NO_SCRIPT_TEXTS } from './no-script-texts.ts'

type Page = { name: string; challenge: string; returnUrl: string | null; refusedReturn: boolean; locale: Locale }

/**
 * `locale`: of the browser, since that of the challenge is known only once its token has been sent.
 *
 * Every link is relative, since PUBLIC_URL may have a path that a proxy takes away.
 */
export function hostedPage({ name, challenge, returnUrl, refusedReturn, locale }: Page) {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <title>${name}</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="../hosted/hosted.css">
  <script type="module" src="../modules/elements/answerback-challenge.ts"></script>
  <script type="module" src="../hosted/hosted.js"></script>
</head>
<body>
  <header>${name}</header>
  <main>
    ${refusedReturn ? html`<p class="problem" id="return-refused" role="alert">The page that led here asks to return to an address that is not allowed. Close this page when you are done.</p>` : ''}
    <noscript><p class="problem" lang="${locale}">${NO_SCRIPT_TEXTS[locale]}</p></noscript>
    <answerback-challenge id="challenge" heading-level="1" data-challenge="${challenge}">
      ${returnUrl === null ? '' : html`<a slot="ended" class="back" href="${returnUrl}">Go back</a>`}
    </answerback-challenge>
    ${returnUrl === null ? '' : html`<p id="done" hidden><a class="back main" id="return" href="${returnUrl}">Continue</a></p>`}
  </main>
</body>
</html>`
}
