// The reference, read off the description that programs read.

import { html } from 'hono/html'
import type { Described, DescribedOperation, Document, JsonSchema } from '../openapi.ts'
import { OUTCOMES } from '../outcomes.ts'
import { PROBLEMS } from '../problems.ts'
import { fields, prose, typeOf } from './fields.ts'

export function docsPage(document: Document) {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${document.info.title} API</title>
  <link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
  <nav aria-label="Contents">
    <a class="home" href="#top">${document.info.title}</a>
    <ul>
      ${operations.map(({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`)}
      <li><a href="#outcomes">Outcomes</a></li>
      <li><a href="#problems">Problems</a></li>
      ${Object.keys(document.components.schemas).map((name) => html`<li><a href="#${name}">${name}</a></li>`)}
    </ul>
  </nav>
  <main id="top">
    <h1>${document.info.title} API</h1>
    <p>${document.info.summary} ${prose(document.info.description)}</p>
    <p>For programs: <a href="/openapi.json">openapi.json</a>.</p>
    <h2 id="bearers">Who is asking</h2>
    <p>Send <code>Authorization: Bearer</code> and one of these.</p>
    <dl>${Object.entries(document.components.securitySchemes).map(
      ([name, scheme]) => html`<dt><code>${name}</code></dt><dd>${prose(scheme.description)}</dd>`,
    )}</dl>
    ${operations.map(({ path, method, operation }) => section(document, path, method, operation))}
    ${outcomes()}
    ${problems()}
    ${Object.entries(document.components.schemas).map(
      ([name, schema]) => html`<section>
        <h2 id="${name}">${name}</h2>
        <p>${prose(schema.description ?? '')}</p>
        ${fields(schema)}
      </section>`,
    )}
  </main>
</body>
</html>`
}

function section(document: Document, path: string, method: string, operation: DescribedOperation) {
  const body = operation.requestBody?.content['application/json']
  return html`<section>
    <h2 id="${operation.operationId}">${operation.summary}</h2>
    <p class="call"><code><b>${method.toUpperCase()}</b> ${path}</code></p>
    ${operation.description && html`<p>${prose(operation.description)}</p>`}
    <pre tabindex="0"><code>${curl(document.servers[0]!.url + path, method, operation)}</code></pre>
    ${operation.parameters.length > 0 && parameters(operation.parameters)}
    ${body && html`<h3>Body</h3>${'$ref' in body.schema ? html`<p>${typeOf(body.schema)}</p>` : fields(body.schema)}`}
    <h3>Answers</h3>
    <dl>${Object.entries(operation.responses).map(([status, response]) => answer(status, response))}</dl>
  </section>`
}

function curl(url: string, method: string, { security, requestBody, parameters }: DescribedOperation): string {
  const example = requestBody?.required && requestBody.content['application/json']?.example
  const id = parameters.find(({ name }) => name === 'id')?.schema.examples?.[0]
  return [
    `curl ${method === 'post' ? '-X POST ' : ''}${url.replace('{id}', String(id))}`,
    security.length > 0 && `-H "Authorization: Bearer $API_KEY"`,
    example && `-H 'Content-Type: application/json'`,
    example && `-d '${JSON.stringify(example)}'`,
  ]
    .filter(Boolean)
    .join(' \\\n  ')
}

function parameters(all: DescribedOperation['parameters']) {
  const properties = Object.fromEntries(
    all.map((each) => [each.name, { ...each.schema, description: each.description }]),
  )
  const required = all.filter((each) => each.required).map(({ name }) => name)
  return html`<h3>Parameters</h3>${fields({ properties, required } as JsonSchema)}`
}

function answer(status: string, { description, headers, content }: Described) {
  const [type, shown] = Object.entries(content ?? {})[0] ?? []
  const example = type === 'application/json' || type === 'text/event-stream' ? shown?.example : undefined
  return html`<dt><code>${status}</code></dt>
    <dd>${prose(description)}
    ${Object.entries(headers ?? {}).map(([name, header]) => html` <code>${name}</code>: ${prose(header.description)}`)}
    ${example !== undefined && html`<pre tabindex="0"><code>${typeof example === 'string' ? example : JSON.stringify(example, null, 2)}</code></pre>`}
    </dd>`
}

function outcomes() {
  return html`<section>
    <h2 id="outcomes">Outcomes</h2>
    <p>A challenge is <code>pending</code> until it has one outcome, which never changes.</p>
    <div class="wide"><table>
      <thead><tr><th>status</th><th>reason</th><th>meaning</th></tr></thead>
      <tbody>${Object.entries(OUTCOMES).flatMap(([status, reasons]) =>
        Object.entries(reasons).map(
          ([reason, meaning]) =>
            html`<tr><td><code>${status}</code></td><td><code>${reason}</code></td><td>${meaning}</td></tr>`,
        ),
      )}</tbody>
    </table></div>
  </section>`
}

function problems() {
  return html`<section>
    <h2 id="problems">Problems</h2>
    <p>Served as <code>application/problem+json</code>: see <a href="#Problem">Problem</a>. Programs look at <code>code</code>.</p>
    <div class="wide"><table>
      <thead><tr><th>status</th><th>code</th><th>meaning</th></tr></thead>
      <tbody>${Object.entries(PROBLEMS).map(
        ([code, { status, title }]) =>
          html`<tr id="${code}"><td>${status}</td><td><code>${code}</code></td><td>${title}.</td></tr>`,
      )}</tbody>
    </table></div>
  </section>`
}
