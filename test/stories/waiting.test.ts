// A page that waits is woken by the change notifier, not by reading again and again.

import assert from 'node:assert/strict'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import { as } from '../http/test-server.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { runOut } from './later.ts'
import { stage } from './story.ts'

// The instance's own clock stands still, so its periodic read never comes.
const time = manualClock()
let onTimer = (_ms: number) => {}
const story = stage(
  {},
  {
    now: () => time.now().getTime(),
    after(ms, run) {
      onTimer(ms)
      return time.after(ms, run)
    },
  },
)

for (const [flow, keys, outcome] of [
  ['approve', '1', ['approved', 'key_pressed']],
  ['approve', '2', ['denied', 'rejected']],
  ['keypad_code', null, ['approved', 'code_matched']],
] as const) {
  story(`${flow}: the last key wakes the page: ${outcome.join(', ')}`, async ({ server, verify, calm }) => {
    const reads = countReads(server.store.challenges)
    const login = await verify({ flow })
    await login.phone.answers()
    await login.phone.hears(/press 1|Enter/)
    // The last change has been read, so that no read of it is still under way.
    do await calm()
    while (!login.told.at(-1)?.includes('"state":"answered"'))
    reads.count = 0
    await calm()
    assert.equal(reads.count, 0, 'nothing is read while nothing happens')
    await login.phone.keys(keys ?? login.created.display_code)
    await login.heardOut
    assert.match(login.told.at(-1)!, new RegExp(`"status":"${outcome[0]}","reason":"${outcome[1]}"`))
    assert.ok(reads.count <= 3, `${reads.count} reads for one key`)
    reads.stop()
  })
}

story('a page that begins to wait is sent the present state at once', async ({ server, verify, calm }) => {
  const login = await verify({ channel: 'sms' })
  await login.phone.receives()
  // The last change has been read, so that no read of it is still under way.
  while (!login.told.at(-1)?.includes('"result":"delivered"')) await calm()
  const { body } = await server.app.request(`/v1/challenges/${login.id}/events`, { headers: as(server.key) })
  const reader = body!.pipeThrough(new TextDecoderStream()).getReader()
  assert.match((await reader.read()).value ?? '', /"status":"pending"/)
  await reader.cancel()
  await login.cancel()
})

story(
  'a page that waits is told that time is over by its own periodic read, before any run of the reconciler',
  async ({ server, verify, calm }) => {
    const login = await verify({ channel: 'sms' })
    await login.phone.receives()
    await calm()
    await runOut(server, login.id)
    await time.advance(3_000)
    await login.heardOut
    assert.match(login.told.at(-1)!, /"status":"expired"/)
  },
  { skip: withoutPostgres },
)

story('a held answer leaves when the code is checked', async ({ server, verify, calm }) => {
  const login = await verify({ channel: 'sms' })
  await login.phone.receives()
  await calm()
  const held = server.ask('GET', `/v1/challenges/${login.id}?wait=25`)
  await calm()
  await login.check(await login.code())
  assert.equal((await held).json.status, 'approved')
})

story(
  'a held answer leaves, still pending, when its 25 s are over and not before',
  async ({ server, verify, calm }) => {
    const login = await verify({ channel: 'sms' })
    await calm()
    const started = new Promise<void>((resolve) => {
      onTimer = (ms) => void (ms === 25_000 && resolve())
    })
    const held = server.ask('GET', `/v1/challenges/${login.id}?wait=25`)
    const answered = held.then(() => 'answered')
    await started
    await time.advance(24_999)
    assert.equal(await Promise.race([answered, calm()]), undefined, 'it is held for 25 s')
    await time.advance(1)
    assert.equal((await held).json.status, 'pending')
  },
)

/** Every read for a waiting page is this one query. */
function countReads(challenges: { findMany(ids: readonly string[]): Promise<unknown> }) {
  const real = challenges.findMany
  const reads = {
    count: 0,
    stop() {
      challenges.findMany = real
    },
  }
  challenges.findMany = (ids) => {
    reads.count++
    return real(ids)
  }
  return reads
}
