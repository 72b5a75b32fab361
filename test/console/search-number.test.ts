// The search for the number of a login that was refused, which left no challenge: what stands against it is on the page.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { numberHashes } from '../../src/domain/one-time-codes.ts'
import { createNumbers } from '../../src/guard/numbers.ts'
import { aChallenge, aCreation, aRequest } from '../store/samples.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { SECRETS, startConsole } from './console-app.ts'

describe('a number in the search', { skip: withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startConsole>>
  before(async () => {
    pages = await startConsole()
  })
  after(() => pages.close())

  const block = (number: '+12025550171' | '+12025550172') =>
    createNumbers(pages.store.numberRules, SECRETS).listAs('block', { number }, { actor: 'cli:ada', reason: 'asked' })

  async function create(number: string): Promise<string> {
    const challenge = aChallenge()
    const request = { ...aRequest(), numberHash: numberHashes(SECRETS, number)[0]!, region: 'US' }
    const record = { challenge, request, expiresIn: 300, idempotency: null, slot: null }
    assert.equal(typeof (await pages.store.challenges.insert(record, aCreation)), 'object')
    return challenge.id
  }

  test('without a challenge: what stands against it, or that nothing does', async () => {
    await block('+12025550171')
    const { status, text } = await pages.post('/search', { text: '(202) 555-0171' })
    assert.equal(status, 200)
    assert.match(text, /No challenge fits\./)
    assert.match(text, /New challenges to \+1•+0171/)
    assert.match(text, /<li>\+1•+0171 is on the operator&#39;s block list, until/)
    assert.match(text, /A creation that is refused leaves no challenge/)
    const clear = await pages.post('/search', { text: '+12025550170' })
    assert.match(clear.text, /Nothing stands against this number now\./)
  })

  test('with one: both, and nothing but the list where nothing stands against it', async () => {
    await block('+12025550172')
    const id = await create('+12025550172')
    const both = await pages.post('/search', { text: '+12025550172' })
    assert.match(both.text, /is on the operator&#39;s block list/)
    assert.ok(both.text.includes(`row-${id}`))
    await create('+12025550173')
    const { status, location } = await pages.post('/search', { text: '+12025550173' })
    assert.deepEqual([status, location?.startsWith('search?number=')], [303, true])
  })
})
