// What the guard's rules on traffic stand against, as the console shows it and lifts it.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { withoutPostgres } from '../support/fresh-database.ts'
import { startConsole } from './console-app.ts'

describe('rules on traffic, on the page of the guard', { skip: withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startConsole>>
  before(async () => {
    pages = await startConsole()
  })
  after(() => pages.close())

  const trip = (key: string, id: string) =>
    ({
      id,
      rule: 'conversion',
      key,
      mode: 'enforce',
      reason: 'Of 20 calls and texts, 0 were verified.',
      seconds: 3_600,
      message: null,
      taken: null,
    }) as const

  test('what stands, why, and whom it has refused is shown; nothing of it where there is none', async () => {
    assert.match((await pages.get('/guard')).text, /No rule stands against a prefix/)
    const service = (await pages.post('/services', { name: 'Saltmarsh' })).location!
    await pages.store.guardTrips.begin([
      trip('prefix:+1876555', 'trp_1'),
      trip('region:JM', 'trp_2'),
      { ...trip(`service:${service}`, 'trp_3'), reason: `The service ${service} has cost too much.` },
      { ...trip('all', 'trp_4'), mode: 'record' },
    ])
    const decision = { rule: 'conversion', key: 'prefix:+1876555', reason: 'Too few.', numberHash: 'hash' } as const
    const counts = [{ rule: 'conversion', key: 'prefix:+1876555', count: 7 }] as const
    await pages.store.guardTrips.decided(
      [
        { ...decision, id: 'dec_1', refused: true, serviceId: service, shown: '+1••••••0123', challengeId: null },
        { ...decision, id: 'dec_2', refused: false, serviceId: service, shown: '+1••••••0124', challengeId: 'chl_abc' },
      ],
      counts,
    )
    const { text } = await pages.get('/guard')
    for (const shown of [
      '<b>+1876555…</b>',
      '<b>Jamaica</b>',
      '<b>Saltmarsh</b>',
      `The service ${service} (Saltmarsh) has cost too much.`,
      '<b>all services</b>',
      'Of 20 calls and texts, 0 were verified.',
      'refused 7',
      'would have refused 0',
      '+1••••••0123',
      'never made',
      'href="chl_abc"',
    ])
      assert.ok(text.includes(shown), shown)
  })

  test('an operator lifts one with a reason, which is in the audit log and told to the app; a viewer may not', async () => {
    pages.as('viewer')
    assert.doesNotMatch((await pages.get('/guard')).text, /guard-lift/)
    assert.equal((await pages.post('/guard-lift', { key: 'region:JM', reason: 'x' })).status, 403)
    pages.as('operator')
    assert.equal((await pages.post('/guard-lift', { key: 'region:JM', reason: ' ' })).location, 'guard?done=no_reason')
    assert.match((await pages.get('/guard?done=no_reason')).text, /role="status">Nothing was lifted: say why/)
    for (const form of [
      { key: "'", reason: 'x' },
      { key: 'region:FR', reason: 'x' },
    ])
      assert.equal((await pages.post('/guard-lift', form)).location, 'guard?done=nothing', JSON.stringify(form))
    const lifted = await pages.post('/guard-lift', { key: 'region:JM', reason: 'a campaign of ours' })
    assert.equal(lifted.location, 'guard?done=lift')
    const { text } = await pages.get('/guard?done=lift')
    assert.match(text, /role="status">Done: nothing stands against it/)
    assert.doesNotMatch(text, /<b>Jamaica<\/b>/)
    assert.match(text, /What stood before[\s\S]*Jamaica[\s\S]*Lifted by the operator/)
    assert.deepEqual((await pages.audit())[0], {
      actor: 'operator:ada',
      action: 'guard.lifted',
      target: 'region:JM',
      reason: 'a campaign of ours',
    })
    const [message] = await pages.store.outbox.claim(5, 30)
    assert.equal(message?.type, 'guard.tripped')
    assert.equal(message?.body?.state, 'ended')
  })

  test('where more stand than are shown, the page says so', async () => {
    assert.doesNotMatch((await pages.get('/guard')).text, /these are the newest/)
    const more = Array.from({ length: 50 }, (_, at) => trip(`prefix:+1876${600 + at}`, `trp_more_${at}`))
    await pages.store.guardTrips.begin(more)
    assert.match((await pages.get('/guard')).text, /these are the newest 50/)
  })
})
