import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { challengeSecrets } from '../../src/challenges/challenge-secrets.ts'
import { challenge } from '../../src/http/challenge-schemas.ts'
import { challengeView, pageView } from '../../src/http/challenge-view.ts'
import { problem } from '../../src/http/problem-schema.ts'
import { PROBLEMS } from '../../src/http/problems.ts'
import { docs } from '../../src/http/routes/docs.ts'
import { stored } from './challenge-sample.ts'
import { document, operations, schemaOf } from './openapi-document.ts'

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
  for (const [name, schema] of Object.entries(document.components.schemas)) assert.ok(schemaOf(schema), name)
  const create = schemaOf(document.components.schemas.CreateChallenge!)
  assert.equal(create.safeParse({ to: '+12025550123' }).success, true)
  const { scope } = (document.components.schemas.CreateChallenge as { properties: Record<string, { pattern: string }> })
    .properties
  assert.match('überweisung', new RegExp(scope!.pattern, 'u'))
  assert.doesNotMatch('a/u', new RegExp(scope!.pattern, 'u'))
  assert.equal(create.safeParse({ to: '+12025550123', code_length: 9 }).success, false)
  assert.equal(create.safeParse({ to: '+12025550123', unknown: 1 }).success, false)
})

test('no schema is closed and a part of a larger one, whose other fields it would forbid', () => {
  // zod reads such parts as if they were not closed, so that no other test sees it.
  const { schemas } = document.components
  const parts: Record<string, unknown>[] = []
  JSON.stringify(document, (_key, value) => {
    for (const part of Array.isArray(value?.allOf) ? value.allOf : [])
      parts.push('$ref' in part ? schemas[part.$ref.replace('#/components/schemas/', '')] : part)
    return value
  })
  for (const part of parts) assert.notEqual(part.additionalProperties, false, JSON.stringify(part))
  assert.equal((schemas.MadeApiKey as { additionalProperties: boolean }).additionalProperties, false)
})

test('every example fits its schema', () => {
  const outgoing = Object.values(document.webhooks).flatMap((methods) => Object.values(methods))
  let examples = 0
  let problems = 0
  for (const { operationId, requestBody, responses } of [...operations, ...outgoing]) {
    for (const content of [requestBody?.content, ...Object.values(responses).map((response) => response.content)]) {
      for (const { schema, example } of Object.values(content ?? {})) {
        if (example === undefined) continue
        examples++
        const fit = schemaOf(schema).safeParse(example)
        assert.ok(fit.success, `${operationId}: ${fit.error}`)
      }
    }
    for (const { content } of Object.values(responses)) {
      for (const { value } of Object.values(content?.['application/problem+json']?.examples ?? {})) {
        problem.parse(value)
        problems++
      }
    }
  }
  assert.ok(examples > 10)
  assert.ok(problems > 10)
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
  const toPage = pageView(stored({}), {
    cooldownOf: () => 10,
    drawnKey: true,
    secrets: challengeSecrets(['a secret of the test, long enough']),
  })
  challenge.parse(toPage)
  assert.equal(toPage.deliveries[0]!.phase, 'code')
  assert.doesNotMatch(JSON.stringify(shown), /2025550123/)
})

test('the page of problems has an anchor for each, and leads nowhere else', async () => {
  const page = await (await docs({} as never).request('/docs/problems')).text()
  const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
  for (const code of Object.keys(PROBLEMS)) assert.ok(ids.has(code), code)
  assert.doesNotMatch(page, /<script|https?:|\[object|undefined/)
})

test("the reference asks nothing of another host, and its script is Scalar's", async () => {
  const app = docs({} as never)
  const page = await (await app.request('/docs')).text()
  assert.doesNotMatch(page, /https?:/)
  const paths = [...page.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, path]) => `/${path}`)
  assert.deepEqual(paths, ['/docs/problems', '/docs/scalar.js', '/docs/docs.js'])
  for (const path of paths) assert.equal((await app.request(path)).status, 200, path)
  const packed = await app.request('/docs/scalar.js', { headers: { 'Accept-Encoding': 'gzip, br' } })
  assert.equal(packed.headers.get('content-encoding'), 'gzip')
  const plain = await (await app.request('/docs/scalar.js')).text()
  assert.equal(gunzipSync(await packed.bytes()).toString(), plain)
  assert.match(plain, /createApiReference/)
})
