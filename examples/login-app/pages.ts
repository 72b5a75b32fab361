import type { CreatedChallenge } from '@answerback/client'
import { html } from 'hono/html'

type Html = ReturnType<typeof html>

const page = (content: Html) => html`<!doctype html><html lang="en"><title>Login</title>${content}</html>`

export const formPage = (error = '') =>
  page(html`<p role="alert">${error}</p>
  <form method="post" action="/login">
    <label>Name <input name="name" autocomplete="username"></label>
    <label>Password <input name="password" type="password" autocomplete="current-password"></label>
    <button>Log in</button>
  </form>`)

/** The element follows the call and says how it ended. An approval sends the form. */
export const waitingPage = ({ id, page_token }: CreatedChallenge, answerbackUrl: string) =>
  page(html`<script type="module" src="/element.js"></script>
  <answerback-challenge challenge="${id}" token="${page_token}" base-url="${answerbackUrl}">
    <a slot="ended" href="/">Start again</a>
  </answerback-challenge>
  <form id="finish" method="post" action="/finish"></form>
  <script>addEventListener('answerback-outcome', ({ detail }) => detail.status === 'approved' && finish.submit())</script>`)

export const welcomePage = (name: string) => page(html`<h1>Welcome, ${name}</h1>`)
