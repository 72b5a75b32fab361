// The API reference: Scalar in the browser, which reads /openapi.json. Every link is relative, since PUBLIC_URL may have a
// path that a proxy takes away.

import { html } from 'hono/html'

export const docsPage = html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Answerback API</title>
  <link rel="icon" href="data:,">
</head>
<body>
  <div id="reference"></div>
  <noscript><p>The reference needs JavaScript. For programs: <a href="openapi.json">openapi.json</a>. The problems: <a href="docs/problems">problems</a>.</p></noscript>
  <script src="docs/scalar.js"></script>
  <script src="docs/docs.js"></script>
</body>
</html>`
