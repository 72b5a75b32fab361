// Each event in words. That none is left out the compiler sees to; here stand the words, and that nothing but words is in them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ledgerEntry } from '../../src/challenges/change-record.ts'
import type { TimelineEvent, TimelineFacts } from '../../src/challenges/timeline.ts'
import { timelineSentences } from '../../src/challenges/timeline-sentences.ts'
import type { Challenge } from '../../src/domain/challenge.ts'
import { step } from '../../src/domain/state-machine.ts'
import { EVENT_TYPES } from '../../src/http/timeline-schema.ts'
import { beginnings, events as possibleEvents } from '../../tools/walk.ts'

type Line = [seconds: number, type: TimelineEvent['type'], facts: TimelineFacts, delivery?: TimelineEvent['delivery']]

const OF_NO_DELIVERY: TimelineEvent['type'][] = ['code_submitted', 'canceled', 'expired', 'consumed']

function events(lines: Line[]): TimelineEvent[] {
  return lines.map(([seconds, type, facts, delivery = 'dlv_1']) => ({
    at: new Date(Date.UTC(2026, 0, 31, 14, 3, seconds)).toISOString(),
    type,
    delivery: OF_NO_DELIVERY.includes(type) ? null : delivery,
    facts,
  }))
}

const CALL: Line = [7, 'created', { flow: 'send_code', channel: 'call', carrier: 'twilio' }]
const MESSAGE: Line = [7, 'created', { flow: 'send_code', channel: 'sms', carrier: 'plivo' }]
const APPROVAL: Line = [7, 'created', { flow: 'approve', channel: 'call', carrier: 'signalwire' }]
const KEYPAD: Line = [7, 'created', { flow: 'keypad_code', channel: 'call', carrier: 'bandwidth' }]
const AT_GATE: Line[] = [CALL, [15, 'ringing', {}], [31, 'answered', { phase: 'gate' }]]
const AT_QUESTION: Line[] = [APPROVAL, [31, 'answered', { phase: 'question' }]]
const AT_KEYPAD: Line[] = [KEYPAD, [31, 'answered', { phase: 'question' }]]

/** What went before, the event, and its sentence. */
const SENTENCES: [before: Line[], line: Line, sentence: string][] = [
  [[], CALL, 'The app asked us to verify the number by a code that is sent to the phone. We asked Twilio to call it.'],
  [
    [],
    MESSAGE,
    'The app asked us to verify the number by a code that is sent to the phone. We asked Plivo to text it.',
  ],
  [
    [],
    APPROVAL,
    'The app asked us to verify the number by a question that is answered on the phone. We asked SignalWire to call it.',
  ],
  [
    [],
    KEYPAD,
    'The app asked us to verify the number by a code that is keyed on the phone. We asked Bandwidth to call it.',
  ],
  [[CALL], [8, 'placed', { ref: 'CA1' }], 'Twilio took the call.'],
  [[MESSAGE], [8, 'placed', { ref: 'SM1' }], 'Plivo took the message.'],
  [
    [CALL],
    [9, 'placement_unknown', {}],
    "Twilio's answer was lost: the phone may ring or not. Nothing else is dialled until that is known.",
  ],
  [
    [MESSAGE],
    [9, 'placement_unknown', {}],
    "Plivo's answer was lost. The message may have been sent, so it counts as sent.",
  ],
  [[CALL], [9, 'call_absent', {}], 'We asked Twilio about the call, and it lists none. We ask once more.'],
  [
    [CALL],
    [
      9,
      'placement_failed',
      { result: 'carrier_failed', why: 'no such call', next: 'dlv_2', channel: 'call', carrier: 'plivo' },
    ],
    'Twilio lists no such call, so none was placed. We asked Plivo to call it.',
  ],
  [
    [CALL],
    [
      9,
      'placement_failed',
      {
        result: 'carrier_failed',
        why: 'no answer',
        mayHaveRung: true,
        status: 'undelivered',
        reason: 'carrier_failed',
      },
    ],
    'Twilio did not say what became of the call, so it was given up. The phone may have rung. The challenge is undelivered by a fault of the carriers, which says nothing about the person.',
  ],
  [
    [CALL],
    [
      9,
      'placement_failed',
      {
        result: 'unreachable',
        cause: 'number_unknown',
        why: 'HTTP 400, 21217',
        status: 'undelivered',
        reason: 'unreachable',
      },
    ],
    "Twilio refused the call, since the number can't be reached: the network knows no such number (HTTP 400, 21217). The challenge is undelivered: the phone could not be reached.",
  ],
  [
    [CALL],
    [
      9,
      'placement_failed',
      { result: 'carrier_failed', why: 'HTTP 503', next: 'dlv_2', channel: 'call', carrier: 'bandwidth' },
    ],
    'Twilio did not bring the call to the phone (HTTP 503). We asked Bandwidth to call it.',
  ],
  [
    [CALL],
    [9, 'placement_failed', { result: 'carrier_failed', why: 'no slot in the rate of the account' }],
    'Twilio could not be asked in time: the account may start no more at once.',
  ],
  [
    [CALL],
    [9, 'placement_failed', { result: 'carrier_failed', why: 'database', alone: true }],
    'Twilio was not asked, since the database did not answer.',
  ],
  [[CALL], [15, 'ringing', { ref: 'CA1' }], 'The phone rang.'],
  [
    [CALL, [15, 'ringing', {}]],
    [31, 'answered', { phase: 'gate' }],
    'The call was answered after 16 s of ringing. We asked for the two keys that open the code.',
  ],
  [[KEYPAD], [31, 'answered', { phase: 'question' }], 'The call was answered. We asked for the code on the screen.'],
  [[APPROVAL], [31, 'answered', { phase: 'question' }], 'The call was answered. We asked for the key that approves.'],
  [[CALL], [31, 'answered', { phase: 'code' }], 'The call was answered. We read the code.'],
  [
    [CALL],
    [31, 'answered', { phase: 'goodbye' }],
    'The call was answered. It was over by then, so we only said goodbye.',
  ],
  [
    AT_GATE,
    [40, 'dtmf_received', { key: 'none', phase: 'gate', notice: 'silent' }],
    'Nobody pressed a key. We asked again.',
  ],
  [
    AT_GATE,
    [59, 'dtmf_received', { key: 'none', phase: 'goodbye', status: 'undelivered', reason: 'no_input' }],
    'Nobody pressed a key, perhaps a mailbox. We said goodbye. The challenge is undelivered: nobody pressed a key that counts, perhaps since a mailbox had picked up.',
  ],
  [
    [...AT_GATE, [40, 'dtmf_received', { key: 'wrong', phase: 'gate' }]],
    [59, 'dtmf_received', { key: 'none', phase: 'goodbye' }],
    'Nobody pressed a key. We said goodbye.',
  ],
  [
    AT_GATE,
    [40, 'dtmf_received', { key: 'right', phase: 'code' }],
    'The right two keys were pressed, so we read the code.',
  ],
  [
    AT_GATE,
    [40, 'dtmf_received', { key: 'wrong', phase: 'gate', notice: 'wrong' }],
    'Other keys than the two that open the code were pressed. We asked again.',
  ],
  [
    [...AT_GATE, [40, 'dtmf_received', { key: 'right', phase: 'code' }]],
    [55, 'dtmf_received', { key: 'repeat', phase: 'code', notice: 'repeat' }],
    'A key was pressed, so we read the code again.',
  ],
  [
    [...AT_GATE, [40, 'dtmf_received', { key: 'right', phase: 'code' }]],
    [55, 'dtmf_received', { key: 'none', phase: 'goodbye' }],
    'Nobody pressed a key to hear the code again, so we said goodbye.',
  ],
  [
    AT_QUESTION,
    [40, 'dtmf_received', { key: 'repeat', phase: 'question', notice: 'repeat' }],
    'Star was pressed, so we said it again.',
  ],
  [
    AT_QUESTION,
    [40, 'dtmf_received', { key: 'repeat', phase: 'goodbye' }],
    'A key was pressed to hear it again, too often by now. We said goodbye.',
  ],
  [
    AT_QUESTION,
    [40, 'dtmf_received', { key: 'right', phase: 'goodbye', status: 'approved', reason: 'key_pressed' }],
    'The key that approves was pressed. The challenge is approved.',
  ],
  [
    AT_QUESTION,
    [40, 'dtmf_received', { key: 'wrong', phase: 'goodbye', status: 'denied', reason: 'rejected' }],
    'Another key than the one that approves was pressed, which refuses. The challenge is denied, since the person refused.',
  ],
  [
    AT_QUESTION,
    [40, 'dtmf_received', { key: 'report', phase: 'goodbye', status: 'denied', reason: 'fraud_reported' }],
    'The key that reports a fraud was pressed: the person says that it was not them who asked. The challenge is denied, since the person reported a fraud.',
  ],
  [
    AT_QUESTION,
    [40, 'dtmf_received', { key: 'malformed', phase: 'question', notice: 'wrong' }],
    'Keys were pressed that are no answer. We asked again.',
  ],
  [
    AT_QUESTION,
    [40, 'dtmf_received', { key: 'finish', phase: 'question', notice: 'silent' }],
    'Only the finish key was pressed. We asked again.',
  ],
  [AT_KEYPAD, [40, 'dtmf_received', { key: 'right', phase: 'goodbye' }], 'The right code was keyed.'],
  [
    AT_KEYPAD,
    [40, 'dtmf_received', { key: 'wrong', phase: 'question', attemptsLeft: 1 }],
    'A wrong code was keyed. One attempt is left. We asked again.',
  ],
  [
    AT_KEYPAD,
    [40, 'dtmf_received', { key: 'malformed', phase: 'question' }],
    'Keys were pressed that are no code. We asked again.',
  ],
  [
    AT_GATE,
    [33, 'voicemail_detected', { phase: 'goodbye', hangUp: true, status: 'undelivered', reason: 'voicemail' }],
    'Twilio heard a machine: a mailbox had picked up. We asked Twilio to hang up. The challenge is undelivered: a mailbox had picked up.',
  ],
  [AT_GATE, [33, 'document_failed', {}], 'Twilio could not get or play what was to be said.'],
  [[CALL], [9, 'ended', { result: 'busy', why: 'SIP 486' }], 'The line was busy (SIP 486).'],
  [
    [CALL, [15, 'ringing', {}]],
    [40, 'ended', { result: 'no_answer', why: 'SIP 487', mayHaveRung: true }],
    'Nobody answered after 25 s of ringing (SIP 487).',
  ],
  [[CALL], [9, 'ended', { result: 'no_answer' }], 'Nobody answered.'],
  [[CALL], [9, 'ended', { result: 'call_rejected', why: 'SIP 603' }], 'The call was declined on the phone (SIP 603).'],
  [
    [CALL],
    [9, 'ended', { result: 'unreachable', cause: 'handset_off', why: 'SIP 480' }],
    'The phone did not ring: the phone is off or out of reach (SIP 480).',
  ],
  [[CALL], [9, 'ended', { result: 'hung_up' }], 'The call was picked up, and over before a word was said.'],
  [[CALL], [9, 'ended', { result: 'carrier_failed' }], 'Twilio did not bring the call to the phone.'],
  [AT_GATE, [38, 'ended', { result: 'hung_up' }], 'The line was hung up after 7 s; no key had been pressed.'],
  [
    [...AT_GATE, [40, 'dtmf_received', { key: 'right', phase: 'code' }]],
    [51, 'ended', { result: 'hung_up' }],
    'The line was hung up after 20 s.',
  ],
  [
    [...AT_GATE, [40, 'dtmf_received', { key: 'none', phase: 'goodbye' }]],
    [51, 'ended', { result: 'hung_up' }],
    'The call ended after 20 s, with the goodbye.',
  ],
  [
    [...AT_GATE, [40, 'canceled', { hangUp: true }]],
    [41, 'ended', { result: 'hung_up' }],
    'The call ended after 10 s, hung up by us.',
  ],
  [
    [CALL, [15, 'ringing', {}], [40, 'canceled', { hangUp: true }]],
    [41, 'ended', { result: 'no_answer' }],
    'The phone no longer rings.',
  ],
  [AT_GATE, [38, 'ended', { result: 'carrier_failed' }], 'Twilio broke the call off after 7 s.'],
  [[MESSAGE], [12, 'delivered', {}], 'Plivo reported that the message arrived.'],
  [
    [MESSAGE],
    [
      12,
      'undelivered',
      { result: 'unreachable', cause: 'landline', why: 'failed, 30006', status: 'undelivered', reason: 'unreachable' },
    ],
    'Plivo reported that the message did not arrive: a landline takes no messages (failed, 30006). The challenge is undelivered: the phone could not be reached.',
  ],
  [
    [MESSAGE],
    [
      12,
      'undelivered',
      { result: 'carrier_failed', cause: 'filtered', why: 'x', next: 'dlv_2', channel: 'sms', carrier: 'twilio' },
    ],
    'Plivo reported that the message did not arrive: it was taken for spam on its way (x). We asked Twilio to text it.',
  ],
  [
    [CALL],
    [9, 'delivery_requested', { fallback: true, next: 'dlv_2', channel: 'sms', carrier: 'plivo' }, 'dlv_2'],
    'That had failed, so a message followed. We asked Plivo to text it.',
  ],
  [
    [CALL],
    [
      9,
      'delivery_requested',
      { fallback: false, by: 'page', next: 'dlv_2', channel: 'call', carrier: 'plivo' },
      'dlv_2',
    ],
    'On the page a call was asked for. We asked Plivo to call it.',
  ],
  [
    [CALL],
    [9, 'delivery_requested', { fallback: false, by: 'app', next: 'dlv_2', channel: 'sms', carrier: 'plivo' }, 'dlv_2'],
    'The app asked for a message. We asked Plivo to text it.',
  ],
  [
    [CALL],
    [9, 'fallback_unavailable', { channel: 'sms', why: 'rate_limited' }],
    'A message was to follow, but a limit was used up.',
  ],
  [
    [MESSAGE],
    [9, 'fallback_unavailable', { channel: 'call', why: 'no_carrier' }],
    'A call was to follow, but no carrier can do it now.',
  ],
  [
    [MESSAGE],
    [9, 'fallback_unavailable', { channel: 'call', why: 'number_blocked' }],
    'A call was to follow, but the number may not be reached.',
  ],
  [[MESSAGE], [40, 'check_due', {}], 'No receipt had come. We asked Plivo about the message, and it had none either.'],
  [[CALL], [40, 'check_due', {}], 'Nothing more came of the call.'],
  [
    AT_GATE,
    [40, 'check_due', { status: 'undelivered', reason: 'hung_up' }],
    'No more keys came. The challenge is undelivered: the call ended before there was a decision.',
  ],
  [
    AT_GATE,
    [50, 'code_submitted', { right: true, hangUp: true, status: 'approved', reason: 'code_matched' }],
    'The right code was typed on the page. We asked Twilio to hang up. The challenge is approved.',
  ],
  [
    AT_GATE,
    [50, 'code_submitted', { right: false, attemptsLeft: 4 }],
    'A wrong code was typed on the page. 4 attempts are left.',
  ],
  [
    AT_GATE,
    [50, 'code_submitted', { right: false, attemptsLeft: 0, status: 'denied', reason: 'too_many_attempts' }],
    'A wrong code was typed on the page. No attempts are left. The challenge is denied, after too many wrong codes.',
  ],
  [
    [CALL],
    [50, 'canceled', { by: 'page', status: 'canceled', reason: 'canceled' }],
    'It was canceled on the page. The challenge is canceled.',
  ],
  [[CALL], [50, 'number_reported', {}], 'On another call to the number the person reported fraud, so this ended too.'],
  [
    [CALL],
    [50, 'codes_locked', { status: 'denied', reason: 'too_many_attempts' }],
    'Too many wrong codes in a row had been given for the number, so this one was not looked at. The challenge is denied, after too many wrong codes.',
  ],
  [[CALL], [50, 'canceled', { by: 'app' }], 'The app canceled it.'],
  [
    [CALL],
    [50, 'page_left', { hangUp: true, status: 'canceled', reason: 'canceled' }],
    'No page had been open for some seconds, and this one needs an open page. We asked Twilio to hang up. The challenge is canceled.',
  ],
  [
    [],
    [0, 'created', { flow: 'send_code', requireWaiter: true }],
    'The app asked us to verify the number by a code that is sent to the phone. Nobody is called before its page is open.',
  ],
  [
    [[0, 'created', { flow: 'send_code', requireWaiter: true }]],
    [5, 'delivery_requested', { first: true, by: 'page', channel: 'call', carrier: 'twilio', next: 'dlv_2' }],
    'Its page was opened. We asked Twilio to call it.',
  ],
  [
    [CALL],
    [9, 'fallback_unavailable', { channel: 'sms', why: 'no_page' }],
    'A message was to follow, but no page was open any more.',
  ],
  [[CALL], [50, 'expired', { status: 'expired', reason: 'expired' }], 'Its time was over. The challenge is expired.'],
  [
    AT_QUESTION,
    [50, 'consumed', {}],
    'The app used the approval, and got a signed receipt of it. It can be used no second time.',
  ],
]

for (const [before, line, sentence] of SENTENCES)
  test(sentence, () => {
    assert.equal(timelineSentences(events([...before, line])).at(-1)!.text, sentence)
  })

test('every type of event is among them', () => {
  const types = new Set(SENTENCES.map(([, [, type]]) => type))
  assert.deepEqual([...types].toSorted(), Object.keys(EVENT_TYPES).toSorted())
})

test('what was told of one delivery is not told of the next', () => {
  const told = timelineSentences(
    events([
      ...AT_GATE,
      [38, 'ended', { result: 'hung_up' }],
      [45, 'delivery_requested', { fallback: true, next: 'dlv_2', channel: 'call', carrier: 'plivo' }, 'dlv_2'],
      [46, 'placed', {}, 'dlv_2'],
      [58, 'ended', { result: 'no_answer' }, 'dlv_2'],
      [59, 'ended', { result: 'hung_up' }, 'dlv_1'],
    ]),
  )
  assert.deepEqual(
    told.slice(-3).map(({ text }) => text),
    ['Plivo took the call.', 'Nobody answered.', 'The line was hung up after 28 s; no key had been pressed.'],
  )
})

/** What a challenge becomes by so many events, each state once. */
function statesWithin(steps: number, from: Challenge[]): Challenge[] {
  if (steps === 0) return from
  const next = new Map(
    from
      .flatMap((before) =>
        [...possibleEvents(before)].map((event) => step(before, event, { gate: true, drawnKey: false }).challenge),
      )
      .map((challenge) => [JSON.stringify(challenge), challenge]),
  )
  return [...from, ...statesWithin(steps - 1, [...next.values()])]
}

test('of all that may happen to a challenge whole sentences are made', () => {
  const made = new Set<string>()
  const changes = statesWithin(2, [...beginnings()]).flatMap((before) =>
    [...possibleEvents(before)].map((event) => ({
      before,
      event,
      taken: step(before, event, { gate: true, drawnKey: false }),
    })),
  )
  for (const { before, event, taken } of changes) {
    const after = taken.challenge
    if (after === before) continue
    const { flow, deliveries } = before
    const created = { flow, channel: deliveries[0]!.channel, carrier: deliveries[0]!.carrier }
    const { facts, ...entry } = ledgerEntry(before, event, taken)
    const at = '2026-01-31T14:03:07.000Z'
    const outcome = before.outcome === after.outcome ? null : after.outcome
    const told = timelineSentences([
      { at, type: 'created', delivery: deliveries[0]!.id, facts: created },
      { at, ...entry, facts: { ...facts, ...outcome } } as TimelineEvent,
    ])
    made.add(told[1]!.text)
  }
  assert.ok(made.size > 60)
  for (const text of made) assert.match(text, /^([A-Z][^.]*\S\.( |$))+$/, text)
  for (const text of made) assert.doesNotMatch(text, /undefined|null|object| {2}|\.\.|[a-z]_[a-z]/, text)
})
