import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { challengeView } from '../../src/http/challenge-view.ts'
import { describe } from '../../src/http/openapi.ts'
import { OPERATIONS } from '../../src/http/operations.ts'
import { PROBLEMS } from '../../src/http/problems.ts'
import { docs } from '../../src/http/routes/docs.ts'
import { challenge, problem } from '../../src/http/schemas.ts'
import { stored } from './samples.ts'

const document = describe('https://verify.example.com')

test('every reference points to something', () => {
  const refs = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? []
  assert.ok(refs.length > 10)
  for (const ref of refs) {
    const path = ref.slice('"$ref":"#/'.length, -1).split('/')
    const target = path.reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
    assert.ok(target, ref)
  }
})

test('every schema is one that JSON Schema 2020-12 can say, and says the same', () => {
  const { schemas } = document.components
  for (const [name, schema] of Object.entries(schemas)) assert.ok(z.fromJSONSchema(inlined(schema, schemas)), name)
  const create = z.fromJSONSchema(document.components.schemas.CreateChallenge as never)
  assert.equal(create.safeParse({ to: '+12025550123' }).success, true)
  assert.equal(create.safeParse({ to: '+12025550123', code_length: 9 }).success, false)
  assert.equal(create.safeParse({ to: '+12025550123', unknown: 1 }).success, false)
})

test('every example fits its schema', () => {
  for (const { id, body, answers } of OPERATIONS) {
    if (body) assert.ok(body.schema.safeParse(body.example).success, `${id}: body`)
    for (const [status, { content }] of Object.entries(answers)) {
      if (content?.example === undefined) continue
      const fit = content.schema.safeParse(content.example)
      assert.ok(fit.success, `${id} ${status}: ${fit.error}`)
    }
  }
  for (const path of Object.values(document.paths).flatMap((methods) => Object.values(methods))) {
    for (const { content } of Object.values(path.responses)) {
      for (const { value } of Object.values(content?.['application/problem+json']?.examples ?? {})) problem.parse(value)
    }
  }
})

test('a challenge is shown in the order of the contract, and as described', () => {
  const shown = challengeView(stored({ outcome: { status: 'approved', reason: 'code_matched' } }))
  challenge.parse(shown)
  assert.equal(
    Object.keys(shown).join(),
    'id,status,reason,flow,scope,to,locale,details,attempts_left,created_at,expires_at,ended_at,version,deliveries,metadata',
  )
  assert.equal(Object.keys(shown.deliveries[0]!).join(), 'id,channel,carrier,state,result,created_at')
  assert.equal(shown.deliveries[0]!.result, null, 'a call on the line has no result yet')
  assert.doesNotMatch(JSON.stringify(shown), /2025550123/)
})

test('the page has an anchor for every link, object, outcome and problem', async () => {
  const page = await (await docs('https://verify.example.com').request('/docs')).text()
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) assert.ok(ids.has(target), target)
  for (const code of Object.keys(PROBLEMS)) assert.ok(ids.has(code), code)
  for (const { id } of OPERATIONS) assert.ok(ids.has(id), id)
  assert.equal(page.match(/curl /g)?.length, OPERATIONS.length)
  assert.doesNotMatch(page, /<script|https?:\/\/(?!verify\.example\.com)/)
  assert.doesNotMatch(page, /\[object|undefined/)
})

function inlined(schema: object, defs: Record<string, object>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema).replace(/\{"\$ref":"#\/components\/schemas\/(\w+)"\}/g, (_, name) =>
      JSON.stringify(inlined(defs[name]!, defs)),
    ),
  )
}
