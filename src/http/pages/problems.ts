// What each problem code means: where the `type` of a problem leads.

import { html } from 'hono/html'
import { PROBLEMS } from '../problems.ts'

export const problemsPage = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>Problems · Answerback API</title>
  <link rel="stylesheet" href="problems.css">
</head>
<body>
  <main>
    <p><a href="../docs">Answerback API</a></p>
    <h1>Problems</h1>
    <p>Errors are RFC 9457 problems, <code>application/problem+json</code>. Programs look at <code>code</code>, which is stable.</p>
    <table>
      <thead><tr><th>status</th><th>code</th><th>meaning</th></tr></thead>
      <tbody>${Object.entries(PROBLEMS).map(
        ([code, { status, title }]) =>
          html`<tr id="${code}"><td>${status}</td><td><code>${code}</code></td><td>${title}.</td></tr>`,
      )}</tbody>
    </table>
  </main>
</body>
</html>`
