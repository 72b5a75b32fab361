// The frame of every page.

import { html } from 'hono/html'
import { hasRunningChallenge, type Session } from '../sessions.ts'

export type Html = ReturnType<typeof html>

/** Where the app is mounted, who is signed in, and whether a challenge of this browser is under way. */
export type PageContext = { basePath: string; user: string | null; running: boolean }

export function pageContext(basePath: string, session: Session | null): PageContext {
  return { basePath, user: session?.account?.user ?? null, running: hasRunningChallenge(session) }
}

type Stylesheet = 'forms' | 'verify' | 'call-figure' | 'account'

type Page = {
  title: string
  script: 'verify' | 'submit-once'
  styles: Stylesheet[]
  scene: boolean
  content: Html
}

export function layout({ basePath: path, user }: PageContext, { title, script, styles, scene, content }: Page): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Saltmarsh Bank</title>
    <link rel="icon" href="${path}/assets/icon.svg" type="image/svg+xml">
    ${['base', 'layout', 'buttons', ...styles].map((name) => html`<link rel="stylesheet" href="${path}/assets/${name}.css">`)}
    <script type="module" src="${path}/modules/demo/browser/${script}.ts"></script>
  </head>
  <body class="${scene ? 'with-scene' : 'plain'}">
    <a class="skip" href="#main">Skip to the page</a>
    ${scene && html`<div class="scene"><img src="${path}/assets/scene.svg" alt=""></div>`}
    <div class="sheet">
      <header class="top">
        <a class="brand" href="${path}">
          <img src="${path}/assets/icon.svg" alt="" width="32" height="32"> Saltmarsh Bank
        </a>
        ${
          user &&
          html`<form class="who" method="post" action="${path}/sign-out">
          <span>${user}</span> <button class="quiet">Sign out</button>
        </form>`
        }
      </header>
      <main id="main" tabindex="-1">${content}</main>
      <footer class="foot">
        <p>This bank does not exist: it shows <a href="/docs">Answerback</a> at work. With the simulated telephone
          company, <a href="/phones" target="_blank" rel="noopener">open the phones page</a> beside this one to pick up.</p>
      </footer>
    </div>
  </body>
</html>`
}

export function hidden(when: boolean): string {
  return when ? 'hidden' : ''
}

/** For a visitor who went back from the waiting page. */
export function runningNotice({ basePath, running }: PageContext): Html | '' {
  return running
    ? html`<p class="note">A confirmation is under way. <a href="${basePath}/verify">Go back to it</a></p>`
    : ''
}
