import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SECONDS_TO_LOOK_UP } from '../../src/domain/state-machine.ts'
import { DEADLINES, PROMISES } from '../../src/time/deadlines.ts'
import { readSources } from './sources.ts'

test('the deadlines behind each promise add up to no more than it allows', () => {
  for (const [name, { within, sum }] of Object.entries(PROMISES))
    assert.ok(sum <= within, `${name}: ${sum} > ${within}`)
})

// DESIGN.md, promise 9: "declared absent within 10 s where the carrier answers"
test('an unknown call is asked about twice within ten seconds of the request, and some are left for the answers', () => {
  const { carrierAnswer, reconcilerRound } = DEADLINES
  const asked = carrierAnswer + 2 * (SECONDS_TO_LOOK_UP * 1000 + reconcilerRound)
  assert.ok(asked <= 9_500, `${asked}`)
})

test('what must outlast another does', () => {
  const orders: [shorter: keyof typeof DEADLINES, longer: keyof typeof DEADLINES][] = [
    // The server stops a statement before its connection counts as dead, and that before the caller gives up.
    ['lockOnServer', 'statementOnServer'],
    ['statementOnServer', 'silentConnection'],
    ['silentConnection', 'statement'],
    // The carrier's answer is still in the creation's.
    ['carrierAnswer', 'effects'],
    // What was saved at the last moment is still waited for.
    ['saved', 'effects'],
    // An answer that is being given is not cut off, and no creation is taken over while it may still answer.
    ['effects', 'openConnections'],
    ['openConnections', 'idempotencyClaim'],
  ]
  for (const [shorter, longer] of orders)
    assert.ok(
      DEADLINES[shorter] < DEADLINES[longer],
      `${shorter}: ${DEADLINES[shorter]}, ${longer}: ${DEADLINES[longer]}`,
    )
})

test('timers are set by the one clock, which tests replace', () => {
  // The client, the exchange, the elements and the demo import nothing of the server.
  const own = readSources('src').filter(
    ({ path }) => !/^src\/(client|exchange|elements|demo|testing|time)\//.test(path),
  )
  const timed = own.filter(({ code }) => /\bset(Timeout|Interval)\b|timers\/promises/.test(code))
  assert.deepEqual(
    timed.map(({ path }) => path),
    [],
  )
})
