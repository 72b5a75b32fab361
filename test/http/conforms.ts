import assert from 'node:assert/strict'
import { problem } from '../../src/http/problem-schema.ts'
import { operations, schemaOf } from './openapi-document.ts'

/** Holds a real answer against what the description says of it. */
export function conforms(
  method: string,
  path: string,
  answer: { status: number; headers: Headers; json: unknown },
): void {
  const { status, headers, json } = answer
  const said = `${method} ${path}: ${status} ${JSON.stringify(json)}`
  if (status >= 400) {
    const { code } = problem.parse(json)
    assert.equal(headers.get('content-type'), 'application/problem+json', said)
    assert.equal((json as { status: number }).status, status, said)
    if (status === 401) assert.equal(headers.get('www-authenticate'), 'Bearer', said)
    if (status === 422) assert.ok((json as { errors: unknown[] }).errors.length > 0, said)
    if (status === 429) assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/, said)
    assert.doesNotMatch(JSON.stringify(json), /\d{10}| {4}at |node_modules/, code)
  }
  const operation = operations.find(
    (each) => each.method === method.toLowerCase() && matches(each.path, path.split('?')[0]!),
  )
  if (!operation || status === 405) return
  const described = operation.responses[status]
  assert.ok(described, `not described: ${said}`)
  const content = described.content?.['application/json']
  if (content) schemaOf(content.schema).parse(json)
}

export function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}|:\w+/g, '[^/]+')}$`).test(path)
}
