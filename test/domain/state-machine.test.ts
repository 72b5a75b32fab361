// The machine's promises, asserted on every edge of everything that can happen to a challenge.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Challenge, type Delivery, FLOWS, type Flow } from '../../src/domain/challenge.ts'
import type { DtmfVerdict } from '../../src/domain/events.ts'
import { hasActiveCall, type State, secondsUntilCheck, stateOf, step } from '../../src/domain/state-machine.ts'
import { isReported } from '../../src/domain/transitions/common.ts'
import { unrungFault } from '../../src/domain/unrung-delivery.ts'
import { beginnings, type Edge, events, turnOf, walk } from '../../tools/walk.ts'
import { answeredChallenge, POLICY } from './answered-challenge.ts'

/** Whether the edge keeps it. */
type Invariant = (edge: Edge) => boolean

const LIVE = new Set(['placing', 'ringing', 'answered'])
/** What a carrier may tell twice. */
const REPEATED = new Set<string>([
  ...[
    'placed',
    'placement_unknown',
    'call_absent',
    'placement_failed',
    'ringing',
    'answered',
    'dtmf_received',
    'voicemail_detected',
    'document_failed',
    'ended',
  ],
  ...[
    'delivered',
    'undelivered',
    'delivery_requested',
    'canceled',
    'number_reported',
    'codes_locked',
    'page_left',
    'expired',
  ],
])

const invariants: Record<string, Invariant> = {
  'an outcome never changes': ({ before, after }) => !before.outcome || same(before.outcome, after.outcome),

  'a report of fraud that comes after the outcome is noted, if it was made on a call': ({ before, event, after }) => {
    if (!before.outcome || event.type !== 'dtmf_received') return true
    const channel = before.deliveries.find(({ id }) => id === event.delivery)?.channel
    return isReported(after) === (isReported(before) || (event.key === 'report' && channel === 'call'))
  },

  'a report of fraud on a call ends what is pending, whichever turn or delivery it was pressed in': ({
    before,
    event,
    after,
  }) => {
    if (before.outcome || event.type !== 'dtmf_received' || event.key !== 'report') return true
    const delivery = before.deliveries.find(({ id }) => id === event.delivery)
    return (
      delivery?.channel !== 'call' ||
      delivery.progress.state === 'waiting' ||
      after.outcome?.reason === 'fraud_reported'
    )
  },

  'attempts only ever fall, to nothing at the least': ({ before, after }) =>
    after.attemptsLeft <= before.attemptsLeft && after.attemptsLeft >= 0,

  'only a wrong guess costs an attempt': ({ before, event, after }) =>
    after.attemptsLeft === before.attemptsLeft ||
    (!before.outcome &&
      after.attemptsLeft === before.attemptsLeft - 1 &&
      (guessed(before, event) || typed(before, event)) &&
      !isRight(event)),

  'only a right key at the question, or a right guess at a code that was sent, approves': (edge) =>
    !becomes(edge, 'approved') ||
    (isRight(edge.event) && (guessed(edge.before, edge.event) || keyedAt('question', edge))),

  'only a refusing key, or the last wrong guess, denies': (edge) => {
    const { before, event, after } = edge
    if (!becomes(edge, 'denied')) return true
    if (after.outcome?.reason === 'too_many_attempts')
      return after.attemptsLeft === 0 && !isRight(event) && (guessed(before, event) || typed(before, event))
    if (after.outcome?.reason === 'rejected')
      return (
        before.flow === 'approve' &&
        keyedAt('question', edge) &&
        event.type === 'dtmf_received' &&
        event.key === 'wrong'
      )
    return event.type === 'number_reported' || (event.type === 'dtmf_received' && event.key === 'report')
  },

  'undelivered means that nothing was told and no fallback is left, and says how the last delivery failed': (edge) => {
    if (!becomes(edge, 'undelivered')) return true
    const { before, event, after } = edge
    const isLast = event.type === 'fallback_unavailable' && before.fallback.length === 1
    const isUnbegun = stateOf(before) === 'waiting'
    const alone =
      before.fallback.length === 0 || isLast || isUnbegun || (event.type === 'placement_failed' && event.alone === true)
    return !after.codeDisclosed && alone && last(after).result === after.outcome?.reason
  },

  'what waits for a page is begun by nothing else': ({ before, event, after }) =>
    stateOf(before) !== 'waiting' || !LIVE.has(last(after).progress.state) || event.type === 'delivery_requested',

  'without a page nothing is being placed or on the line but a goodbye, and all else stays': ({
    before,
    event,
    after,
    effects,
  }) => {
    if (event.type !== 'page_left') return true
    const state = stateOf(before)
    const isLive = state !== 'goodbye' && state !== 'closed' && LIVE.has(last(before).progress.state)
    if (!isLive) return after === before && effects.length === 0
    const hasName = hasActiveCall(before) && last(before).ref !== null
    return after.outcome?.status === 'canceled' && effects.some(({ type }) => type === 'hang_up') === hasName
  },

  'a cancel cancels, and time expires, whatever a challenge waits for': ({ before, event, after }) =>
    before.outcome !== null ||
    (event.type !== 'canceled' && event.type !== 'expired') ||
    after.outcome?.status === event.type,

  'nothing is dialled after the outcome': ({ after, effects }) =>
    !after.outcome || effects.every(({ type }) => type === 'hang_up'),

  'no delivery but the last is live': ({ after }) =>
    after.deliveries.slice(0, -1).every(({ progress: live }) => live.state === 'ended'),

  'another delivery begins only when the one before is over': ({ before, after }) =>
    after.deliveries.length === before.deliveries.length ||
    (after.deliveries.length === before.deliveries.length + 1 &&
      after.deliveries.slice(0, -1).every(({ progress: live }) => live.state === 'ended')),

  'placing is asked for exactly once, when a delivery begins': ({ before, after, effects }) => {
    const placed = effects.filter(({ type }) => type === 'place')
    return last(after).id === last(before).id
      ? placed.length === 0
      : placed.length === 1 && placed[0]?.type === 'place' && placed[0].delivery === last(after).id
  },

  'a fallback is sought only when nothing is on the line, and there is one': ({ after, effects }) =>
    effects.every(
      (effect) =>
        effect.type !== 'fall_back' ||
        (effect.channel === after.fallback[0] && !hasActiveCall(after) && !LIVE.has(last(after).progress.state)),
    ),

  'no fallback for a code that was heard or confirmed': ({ before, effects }) =>
    last(before).result !== 'delivered' || effects.every(({ type }) => type !== 'fall_back'),

  'only a call is hung up, by the ref that its carrier gave it': ({ after, effects }) =>
    effects.every(
      (effect) =>
        effect.type !== 'hang_up' ||
        after.deliveries.some(
          ({ id, channel, ref }) => id === effect.delivery && channel === 'call' && ref !== null && ref === effect.ref,
        ),
    ),

  'a call that was canceled on the line, or whose number was reported, is hung up': ({ before, event, effects }) =>
    (event.type !== 'canceled' && event.type !== 'number_reported') ||
    before.outcome !== null ||
    !hasActiveCall(before) ||
    last(before).ref === null ||
    effects.some(({ type }) => type === 'hang_up'),

  'a call whose ref arrives after the outcome is hung up': ({ before, event, effects }) => {
    if (!before.outcome || (event.type !== 'placed' && event.type !== 'ringing')) return true
    const late = before.deliveries.find(({ id }) => id === event.delivery)
    return late?.channel !== 'call' || late.ref !== null || effects.length === 1
  },

  'what a carrier tells twice changes nothing the second time': ({ event, after, policy }) => {
    if (!REPEATED.has(event.type)) return true
    const again = step(after, event, policy)
    return again.challenge === after && again.effects.length === 0
  },

  'only the awaited turn is answered': ({ before, event, after, effects }) =>
    event.type !== 'dtmf_received' ||
    event.key === 'report' ||
    event.turn === turnOf(before) ||
    (effects.length === 0 && (before === after || same(withoutDocument(before), withoutDocument(after)))),

  'with the gate on, only its keys lead to the code': (edge) =>
    !edge.policy.gate || stepOf(edge.after) !== 'code' || stepOf(edge.before) === 'code' || opened(edge),

  'a code is disclosed only by its gate, by a message, or by an answered call without a gate': (edge) => {
    const { before, event, after, policy } = edge
    if (before.codeDisclosed || !after.codeDisclosed) return true
    if (last(before).channel === 'call') return opened(edge) || (!policy.gate && event.type === 'answered')
    return ['placed', 'placement_unknown', 'check_due', 'delivered'].includes(event.type)
  },

  'no code is disclosed in the flows that disclose none': ({ after }) =>
    after.flow === 'send_code' || !after.codeDisclosed,

  'a disclosed code counts as undisclosed again only when the message failed, or a machine recorded it': ({
    before,
    event,
    after,
    policy,
  }) =>
    after.codeDisclosed ||
    !before.codeDisclosed ||
    event.type === 'undelivered' ||
    (event.type === 'voicemail_detected' && !policy.gate),

  'once the gate was passed, a detected voicemail is ignored': ({ before, event, after, policy }) =>
    !policy.gate || event.type !== 'voicemail_detected' || stepOf(before) !== 'code' || after === before,

  'an event of an unknown delivery changes nothing': ({ before, event, after, effects }) =>
    !('delivery' in event) ||
    before.deliveries.some(({ id }) => id === event.delivery) ||
    (after === before && effects.length === 0),

  'a late event of a past delivery gives it a ref at most': ({ before, event, after }) =>
    !('delivery' in event) ||
    event.delivery === last(before).id ||
    (event.type === 'dtmf_received' && event.key === 'report') ||
    before === after ||
    same(nameless(before), nameless(after)),

  'call events change no message, and receipts no call': ({ before, event, after }) => {
    const wrong =
      last(before).channel === 'sms'
        ? ['ringing', 'answered', 'dtmf_received', 'voicemail_detected', 'document_failed', 'ended'].includes(
            event.type,
          )
        : ['delivered', 'undelivered'].includes(event.type)
    return !wrong || after === before || ('delivery' in event && event.delivery !== last(before).id)
  },

  'what has ended has a result, and keeps it unless a receipt knows better in time': ({ before, event, after }) =>
    after.deliveries.every((now, index) => {
      if (now.progress.state === 'ended' && now.result === null) return false
      const was = before.deliveries[index]
      if (was?.progress.state !== 'ended') return true
      const better =
        ['delivered', 'dtmf_received'].includes(event.type) ||
        (event.type === 'voicemail_detected' && was.result === 'hung_up' && now.result === 'voicemail') ||
        (['document_failed', 'check_due'].includes(event.type) &&
          was.result === 'hung_up' &&
          now.result === 'carrier_failed')
      return now.progress.state === 'ended' && (now.result === was.result || (better && before.outcome === null))
    }),

  'time makes a hang-up a failure only where no document was asked for': ({ before, event, after }) => {
    if (event.type !== 'check_due' || event.delivery !== last(before).id || last(before).result !== 'hung_up')
      return true
    const { progress } = last(before)
    const silent =
      progress.state === 'ended' && progress.openTurn?.turnStartedAt === null && !progress.openTurn.hadDocument
    const [told] = after.deliveries.slice(before.deliveries.length - 1)
    return told?.result === (silent && !before.outcome ? 'carrier_failed' : 'hung_up')
  },

  'only the end of a delivery that did not ring, and is known not to, is given back': ({ before, event, after }) => {
    const fault = unrungFault(before, event, after)
    if (fault === null) return true
    const { channel, result, progress } = last(before)
    const isOver = after.deliveries.length === before.deliveries.length && last(after).progress.state === 'ended'
    const isSilent = progress.state === 'placing' || (channel === 'sms' && progress.state === 'sent')
    const saysSo = ['placement_failed', 'ended', 'undelivered'].includes(event.type) && !('mayHaveRung' in event)
    const blame = 'result' in event ? event.result : null
    return (
      isOver &&
      isSilent &&
      saysSo &&
      (blame === 'unreachable' || blame === 'carrier_failed') &&
      (result === null || result === 'canceled')
    )
  },

  'a delivery that is refused before anything was heard of it is given back': ({ before, event, after }) =>
    event.type !== 'placement_failed' ||
    event.mayHaveRung ||
    event.delivery !== last(before).id ||
    last(before).progress.state !== 'placing' ||
    last(before).result === 'voicemail' ||
    last(before).result === 'carrier_failed' ||
    after.deliveries.length > before.deliveries.length ||
    unrungFault(before, event, after) !== null,

  'no question is repeated without end': ({ after }) => {
    const { progress: live } = last(after)
    if (live.state !== 'answered') return true
    // The second wrong gate is counted, and ends the call.
    const wrongGates = live.phase === 'goodbye' ? 2 : 1
    return live.misses <= 2 && live.wrongGates <= wrongGates && live.repeats <= 5
  },

  'what did not change is not saved': ({ before, after }) => after === before || !same(before, after),

  'whatever is under way has a next check': ({ after }) =>
    secondsUntilCheck(after) !== null ||
    stateOf(after) === 'waiting' ||
    (!hasActiveCall(after) && (after.outcome !== null || after.codeDisclosed)),

  'what is over has no next check': ({ after }) =>
    secondsUntilCheck(after) === null ||
    LIVE.has(last(after).progress.state) ||
    isTurnOpen(after) ||
    (after.outcome === null && after.fallback.length > 0) ||
    isReceiptAwaited(after),
  'a message without a receipt is looked up three times, each time after longer': ({ before, event, after }) => {
    const seconds = secondsUntilCheck(before)
    if (event.type !== 'check_due' || stateOf(before) !== 'sent' || before === after || seconds === null) return true
    const next = secondsUntilCheck(after)
    return seconds >= 30 && (next === null ? seconds === 120 : next > seconds)
  },
}

/** The carrier can be asked for the receipt of its own message. */
function isReceiptAwaited({ outcome, deliveries }: Challenge): boolean {
  const { progress, ref } = deliveries.at(-1)!
  return outcome === null && progress.state === 'sent' && ref !== null
}

/** The call ended before its keys came, and the challenge waits for them. */
function isTurnOpen({ outcome, deliveries }: Challenge): boolean {
  const progress = deliveries.at(-1)?.progress
  return outcome === null && progress?.state === 'ended' && progress.openTurn !== undefined
}

const broken = new Map<string, Edge>()
const unbroken = new Map(Object.entries(invariants))
const reached = new Set<State>()
const outcomes = new Set<string>()
const cells = new Set<string>()
for (const edge of walk()) {
  reached.add(stateOf(edge.after))
  cells.add(`${stateOf(edge.before)} ${edge.event.type}`)
  const { outcome, flow } = edge.after
  if (outcome) outcomes.add(`${flow} ${outcome.reason}`)
  for (const [name, keeps] of unbroken)
    if (!keeps(edge)) {
      broken.set(name, edge)
      unbroken.delete(name)
    }
}

for (const name of Object.keys(invariants)) {
  test(name, () => {
    const edge = broken.get(name)
    if (edge)
      assert.fail(
        `${edge.policy.gate ? 'with' : 'without'} the gate:\n${JSON.stringify({ ...edge, way: edge.way() }, null, 1)}`,
      )
  })
}

test('every state is reached, and every event tried in it', () => {
  const states: State[] = [
    'waiting',
    'placing',
    'ringing',
    'gate',
    'code',
    'question',
    'goodbye',
    'sent',
    'ended',
    'closed',
  ]
  assert.deepEqual([...reached].sort(), states.toSorted())
  const types = new Set([...beginnings()].flatMap((start) => [...events(start)].map(({ type }) => type)))
  assert.equal(types.size, 20)
  for (const state of states) for (const type of types) assert.ok(cells.has(`${state} ${type}`), `${state} ${type}`)
})

test('every flow ends in every way that it can, and in no other', () => {
  const always = ['busy', 'hung_up', 'no_input', 'voicemail', 'unreachable', 'carrier_failed', 'canceled', 'expired']
  const own = {
    send_code: ['code_matched', 'fraud_reported', 'too_many_attempts'],
    keypad_code: ['code_matched', 'fraud_reported', 'too_many_attempts'],
    approve: ['key_pressed', 'rejected', 'fraud_reported'],
  }
  const all = Object.entries(own).flatMap(([flow, reasons]) =>
    [...always, ...reasons].map((reason) => `${flow} ${reason}`),
  )
  assert.deepEqual([...outcomes].sort(), all.sort())
})

function last(challenge: Challenge): Delivery {
  return challenge.deliveries.at(-1)!
}

function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}

/** Keys of any turn show that the call had its document. */
function withoutDocument(challenge: Challenge): unknown {
  return JSON.parse(JSON.stringify(challenge, (key, value) => (key === 'hadDocument' ? undefined : value)))
}

function nameless(challenge: Challenge): unknown {
  return { ...challenge, deliveries: challenge.deliveries.map((delivery) => ({ ...delivery, ref: null })) }
}

function becomes({ before, after }: Edge, status: string): boolean {
  return before.outcome === null && after.outcome?.status === status
}

/** Of a call that is answered, or of the turn that was open when it ended. */
function stepOf(challenge: Challenge): string | null {
  const { progress: live } = last(challenge)
  if (live.state === 'ended') return live.openTurn?.phase ?? null
  return live.state === 'answered' ? live.phase : null
}

function keyedAt(at: string, { before, event }: Edge): boolean {
  return (
    event.type === 'dtmf_received' &&
    event.delivery === last(before).id &&
    event.turn === turnOf(before) &&
    stepOf(before) === at
  )
}

function opened(edge: Edge): boolean {
  return keyedAt('gate', edge) && isRight(edge.event)
}

function isRight(event: Edge['event']): boolean {
  return event.type === 'code_submitted' ? event.right : event.type === 'dtmf_received' && event.key === 'right'
}

/** On the page. */
function guessed({ flow }: Challenge, { type }: Edge['event']): boolean {
  return flow === 'send_code' && type === 'code_submitted'
}

/** On the phone. */
function typed(before: Challenge, event: Edge['event']): boolean {
  return (
    before.flow === 'keypad_code' &&
    event.type === 'dtmf_received' &&
    event.turn === turnOf(before) &&
    stepOf(before) === 'question'
  )
}

const delivery = 'dlv_one'

/** The challenge after its call was answered and these keys came, one entry a turn. */
function keyed(flow: Flow, ...keys: DtmfVerdict[]): Challenge {
  let challenge = answeredChallenge(flow, delivery)
  for (const key of keys)
    challenge = step(challenge, { type: 'dtmf_received', delivery, turn: turnOf(challenge), key }, POLICY).challenge
  return challenge
}

test('a voicemail box is believed in, whatever keys were pressed before: a greeting may play tones', () => {
  for (const flow of FLOWS) {
    for (const keys of [[], ['malformed'], ['repeat', 'none'], ['wrong'], ['finish', 'none']] as DtmfVerdict[][]) {
      const before = keyed(flow, ...keys)
      if (before.outcome) continue
      const { challenge, effects } = step(before, { type: 'voicemail_detected', delivery }, POLICY)
      assert.deepEqual(challenge.outcome, { status: 'undelivered', reason: 'voicemail' }, `${flow}: ${keys}`)
      assert.deepEqual(effects, [{ type: 'hang_up', delivery, ref: 'CA1' }])
    }
  }
})

test('a voicemail box that is detected after the end of the call is believed in, and only a report counts after it', () => {
  for (const flow of FLOWS) {
    const ended = step(keyed(flow), { type: 'ended', delivery, result: 'hung_up' }, POLICY).challenge
    const turn = 1
    const detected = step(ended, { type: 'voicemail_detected', delivery }, POLICY).challenge
    const due = (challenge: Challenge) => step(challenge, { type: 'check_due', delivery }, POLICY).challenge.outcome
    assert.deepEqual(due(ended), { status: 'undelivered', reason: 'hung_up' }, flow)
    assert.deepEqual(due(detected), { status: 'undelivered', reason: 'voicemail' }, flow)
    const press = (key: DtmfVerdict) =>
      step(detected, { type: 'dtmf_received', delivery, turn, key }, POLICY).challenge.outcome?.reason
    for (const key of ['right', 'wrong', 'malformed', 'none'] as const) assert.equal(press(key), undefined, flow)
    assert.equal(press('report'), 'fraud_reported')
  }
})

const GATES: [DtmfVerdict[], State, string | null][] = [
  [['right'], 'code', null],
  [['wrong'], 'gate', null],
  [['wrong', 'right'], 'code', null],
  [['wrong', 'wrong'], 'closed', 'no_input'],
  [['wrong', 'none', 'wrong'], 'closed', 'no_input'],
  [['wrong', 'repeat', 'wrong'], 'closed', 'no_input'],
  [['none', 'wrong', 'right'], 'code', null],
  [['none', 'none', 'right'], 'code', null],
  [['none', 'none', 'none'], 'closed', 'no_input'],
  [['none', 'none', 'wrong'], 'closed', 'no_input'],
  [['wrong', 'finish', 'right'], 'code', null],
  [['wrong', 'finish', 'wrong'], 'closed', 'no_input'],
  [['finish', 'finish'], 'gate', null],
  [['finish', 'wrong'], 'closed', 'no_input'],
  [['wrong', 'report'], 'closed', 'fraud_reported'],
]

for (const [keys, state, reason] of GATES) {
  test(`the gate after ${keys.join(', ')}: ${reason ?? state}`, () => {
    const after = keyed('send_code', ...keys)
    assert.deepEqual([stateOf(after), after.outcome?.reason ?? null], [state, reason])
  })
}

test('the finish key right after an entry is no miss', () => {
  const slips = keyed('keypad_code', 'wrong', 'finish', 'wrong', 'finish', 'wrong', 'finish')
  assert.deepEqual([stateOf(slips), slips.attemptsLeft], ['question', 2])
  const { progress } = last(slips)
  assert.ok(progress.state === 'answered' && progress.misses === 0)
  // With no entry before it, nothing was entered.
  assert.equal(keyed('keypad_code', 'finish', 'finish', 'finish').outcome?.reason, 'no_input')
})
