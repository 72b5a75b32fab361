// The frame of every page.

import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

/** Where the app is mounted, and who is signed in. */
export type Place = { path: string; user: string | null }

export const placeFor =
  (path: string) =>
  (account: { user: string } | null): Place => ({ path, user: account?.user ?? null })

type Page = { title: string; script?: 'verify' | 'form'; scene: boolean; content: Html }

export function layout({ path, user }: Place, { title, script, scene, content }: Page): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Saltmarsh Bank</title>
    <link rel="icon" href="${path}/assets/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="${path}/assets/style.css">
    ${script && html`<script type="module" src="${path}/assets/${script}.js"></script>`}
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
