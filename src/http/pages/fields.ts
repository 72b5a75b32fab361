// A JSON Schema as a table that people read.

import { html } from 'hono/html'
import type { JsonSchema } from '../openapi.ts'

export function fields(schema: JsonSchema) {
  const properties = Object.entries(schema.properties ?? {}) as [string, JsonSchema][]
  if (properties.length === 0) return html`<p>No fields.</p>`
  return html`<div class="wide"><table>
    <thead><tr><th>field</th><th>type</th><th>meaning</th></tr></thead>
    <tbody>${properties.map(
      ([name, property]) => html`<tr>
        <td><code>${name}</code></td>
        <td>${typeOf(property)}</td>
        <td>${need(schema, name, property)} ${prose(property.description ?? '')}</td>
      </tr>`,
    )}</tbody>
  </table></div>`
}

/** Text in which backticks mark code. */
export function prose(text: string) {
  return text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))
}

/** What a parameter or a field may hold. */
export function typeOf(schema: JsonSchema): ReturnType<typeof html> | string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1)
    return html`<a href="#${name}">${name}</a>`
  }
  if (schema.anyOf) return html`${joined(schema.anyOf.map((each) => typeOf(each as JsonSchema)))}`
  if (schema.enum) return html`${joined(schema.enum.map((value) => html`<code>${String(value)}</code>`))}`
  if (schema.type === 'array') return html`array of ${typeOf(schema.items as JsonSchema)}`
  return [schema.format ?? schema.type, range(schema)].filter(Boolean).join(', ')
}

function range({ minimum, maximum, maxLength }: JsonSchema): string {
  if (maxLength !== undefined) return `at most ${maxLength} characters`
  if (minimum === undefined) return ''
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum}` : `${minimum}–${maximum}`
}

function need(schema: JsonSchema, name: string, property: JsonSchema) {
  if (schema.required?.includes(name)) return html`<em>Always.</em>`
  if (property.default === undefined) return html`<em>Optional.</em>`
  return html`<em>Default <code>${JSON.stringify(property.default)}</code>.</em>`
}

function joined(parts: (ReturnType<typeof html> | string)[]) {
  return parts.map((part, at) => (at === 0 ? html`${part}` : html` or ${part}`))
}
