// The frame of every page.

import type { Context } from 'hono'
import { html } from 'hono/html'
import type { DemoContext } from '../demo-context.ts'
import { LOCALES, languageOf } from '../language.ts'
import { hasRunningChallenge, type Session } from '../sessions.ts'
import type { DemoTexts } from '../texts/en.ts'

export type Html = ReturnType<typeof html>

export type PageContext = {
  /** Where the app is mounted. */
  basePath: string
  /** Who is signed in. */
  user: string | null
  /** Whether a challenge of this browser is under way. */
  running: boolean
  locale: string
  texts: DemoTexts
  regions: readonly string[]
}

export function pageContext({ publicPath, regions }: DemoContext, c: Context, session: Session | null): PageContext {
  const user = session?.account?.user.name ?? null
  return { basePath: publicPath, user, running: hasRunningChallenge(session), regions, ...languageOf(c) }
}

type Stylesheet = 'forms' | 'verify' | 'account' | 'security'

type Page = {
  /** The page's own path, to come back to in another language. */
  path: string
  title: string
  script?: 'verify'
  styles: Stylesheet[]
  scene: boolean
  content: Html
}

export function layout(page: PageContext, { path: own, title, script, styles, scene, content }: Page): Html {
  const { basePath: path, texts, locale } = page
  const scripts = ['submit-once', 'choose-language', ...(script ? [script] : [])]
  return html`<!doctype html>
<html lang="${locale}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Saltmarsh Bank</title>
    <link rel="icon" href="${path}/assets/icon.svg" type="image/svg+xml">
    ${['base', 'layout', 'buttons', ...styles].map((name) => html`<link rel="stylesheet" href="${path}/assets/${name}.css">`)}
    ${scripts.map((name) => html`<script type="module" src="${path}/modules/demo/browser/${name}.ts"></script>`)}
  </head>
  <body class="${scene ? 'with-scene' : 'plain'}">
    <a class="skip" href="#main">${texts.skip}</a>
    ${scene && html`<div class="scene"><img src="${path}/assets/scene.svg" alt=""></div>`}
    <div class="sheet">
      <header class="top">
        <a class="brand" href="${path}">
          <img src="${path}/assets/icon.svg" alt="" width="32" height="32"> Saltmarsh Bank
        </a>
        ${languageForm(page, own)}
        ${
          page.user &&
          html`<form class="who" method="post" action="${path}/sign-out">
          <span>${page.user}</span> <button class="quiet">${texts.signOut}</button>
        </form>`
        }
      </header>
      <main id="main" tabindex="-1">${content}</main>
      <footer class="foot">
        <p>${texts.notReal} <a href="/docs">Answerback</a> ${texts.atWork}
          <a href="/phones" target="_blank" rel="noopener">${texts.openPhones}</a> ${texts.besideThis}
          <a href="/console" target="_blank" rel="noopener">${texts.console}</a></p>
      </footer>
    </div>
  </body>
</html>`
}

/** The pages and the calls speak the same language. */
function languageForm({ basePath, texts, locale }: PageContext, own: string): Html {
  return html`<form class="language" id="language" method="post" action="${basePath}/language">
    <input type="hidden" name="page" value="${own}">
    <label class="unseen" for="locale">${texts.language}</label>
    <select id="locale" name="locale">${[...LOCALES].map(
      ([tag, name]) =>
        html`<option value="${tag}" lang="${tag}" ${tag === locale ? html`selected` : ''}>${name}</option>`,
    )}</select>
    <noscript><button class="quiet">${texts.change}</button></noscript>
  </form>`
}

/** For a visitor who went back from the waiting page. */
export function runningNotice({ basePath, running, texts }: PageContext): Html | '' {
  return running ? html`<p class="note">${texts.underWay} <a href="${basePath}/verify">${texts.goBackToIt}</a></p>` : ''
}

export function doneNotice(notice: string | null): Html | '' {
  return notice ? html`<p class="done" role="status">${notice}</p>` : ''
}
