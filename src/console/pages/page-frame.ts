// The frame of every page.

import { html } from 'hono/html'

export type Html = ReturnType<typeof html>

export type PageLink = { text: string; href: string }

const PAGES = [
  { path: 'live', text: 'Live' },
  { path: 'search', text: 'Search' },
  { path: 'statistics', text: 'Statistics' },
  { path: 'money', text: 'Money' },
  { path: 'carriers', text: 'Carriers' },
  { path: 'webhooks', text: 'Webhooks' },
  { path: 'guard', text: 'Guard' },
  { path: 'services', text: 'Services' },
] as const

export type PagePath = (typeof PAGES)[number]['path']

type Page = {
  title: string
  /** The entry of the menu that is this page. */
  path: PagePath | null
  /** It brings parts of the page anew. */
  script?: 'live'
  /** Beside what every page has. */
  styles?: readonly ('challenges' | 'tables' | 'statistics')[]
  frame: Frame
  content: Html
}

/** What is the same on every page of one operator. */
export type Frame = {
  /** Pages beside the console. */
  links: readonly PageLink[]
  /** Who is signed in; `null` where nobody has to be. */
  operator: string | null
}

export function pageFrame({ title, path, script, styles = [], frame: { links, operator }, content }: Page): Html {
  const body = html`<a class="skip" href="#main">Skip to the page</a>
    <header class="top">
      <p class="brand"><img src="icon.svg" alt="" width="30" height="30"> Answerback <span>console</span></p>
      <nav aria-label="Console">
        ${PAGES.map((page) => html`<a href="${page.path}" ${page.path === path ? html`aria-current="page"` : ''}>${page.text}</a>`)}
      </nav>
      ${
        operator !== null
          ? html`<form class="who" method="post" action="sign-out"><a href="account" aria-label="${operator}: your sign-in">${operator}</a> <button>Sign out</button></form>`
          : ''
      }
      ${
        links.length > 0
          ? html`<nav class="beside" aria-label="Beside the console">
        ${links.map(({ text, href }) => html`<a href="${href}">${text}</a>`)}
      </nav>`
          : ''
      }
    </header>
    <main id="main" tabindex="-1">${content}</main>
    <footer class="foot"><p>Times are UTC. Numbers are masked, and codes are shown nowhere.</p></footer>`
  return pageDocument({ title, styles, body, ...(script && { script }) })
}

type Document = Pick<Page, 'title' | 'script'> & { styles: NonNullable<Page['styles']>; body: Html }

export function pageDocument({ title, script, styles, body }: Document): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${title} · Answerback console</title>
    <link rel="icon" href="icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="console.css">
    ${styles.map((name) => html`<link rel="stylesheet" href="${name}.css">`)}
    ${script && html`<script type="module" src="${script}.js"></script>`}
  </head>
  <body>
    ${body}
  </body>
</html>`
}
