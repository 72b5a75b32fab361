// The page that waits for a login is told by the doorbell, not by looking again and again.

import assert from 'node:assert/strict'
import { manualClock } from '../../src/exchange/simulator/clock.ts'
import { stage } from './story.ts'

// The instance's own clock stands still, so its slow tick never comes.
const time = manualClock()
const story = stage({}, { now: () => time.now().getTime(), after: time.after })

for (const [flow, keys, outcome] of [
  ['approve', '1', ['approved', 'key_pressed']],
  ['approve', '2', ['denied', 'rejected']],
  ['keypad_code', null, ['approved', 'code_matched']],
] as const) {
  story(`${flow}: the last key is what wakes the page: ${outcome.join(', ')}`, async ({ server, verify, calm }) => {
    const reads = countReads(server.store.challenges)
    const login = await verify({ flow })
    await login.phone.answers()
    await login.phone.hears(/press 1|Enter/)
    await calm()
    reads.count = 0
    await calm()
    assert.equal(reads.count, 0, 'nobody looks while nothing happens')
    await login.phone.keys(keys ?? login.created.display_code)
    await login.heardOut
    assert.match(login.told.at(-1)!, new RegExp(`"status":"${outcome[0]}","reason":"${outcome[1]}"`))
    assert.ok(reads.count <= 3, `${reads.count} reads for one key`)
    reads.stop()
  })
}

story('an answer that is held comes with the guess', async ({ server, verify, calm }) => {
  const login = await verify({ channel: 'sms' })
  await login.phone.receives()
  await calm()
  const held = server.ask('GET', `/v1/challenges/${login.id}?wait=25`)
  await calm()
  await login.check(await login.code())
  assert.equal((await held).json.status, 'approved')
})

story('an answer that is held for nothing comes when its time is over', async ({ server, verify, calm }) => {
  const login = await verify({ channel: 'sms' })
  await calm()
  let over = false
  const held = server.ask('GET', `/v1/challenges/${login.id}?wait=25`).finally(() => {
    over = true
  })
  while (!over) await time.advance(1_000)
  assert.equal((await held).json.status, 'pending')
})

/** Every look of a waiting page goes through this one query. */
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
