// What each entry of keys does, held to the table of docs/dtmf.md.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ScriptContext } from '../../src/domain/call-script.ts'
import type { Challenge, Delivery, Flow } from '../../src/domain/challenge.ts'
import { classifyDtmf, isUnheard } from '../../src/domain/classify-dtmf.ts'
import { step } from '../../src/domain/state-machine.ts'
import { answeredCall } from '../../src/domain/transitions/call-turn.ts'
import { prompts } from '../../src/prompts/index.ts'
import { markdownTable } from '../support/markdown-table.ts'
import { answeredChallenge, POLICY } from './answered-challenge.ts'

const DELIVERY = 'dlv_keys'
const CONTEXT: ScriptContext = {
  locale: 'en-US',
  prompts: prompts['en-US'],
  name: 'Acme',
  scope: 'login',
  details: null,
  message: null,
  code: '481516',
  gate: '47',
  approveKey: '6',
  sharedPhrase: null,
}
const LATE = 60

const answered = (flow: Flow) => answeredChallenge(flow, DELIVERY)

function enter(challenge: Challenge, keys: string, seconds = LATE): Challenge {
  const { turn } = answeredCall(challenge)
  const key = classifyDtmf(challenge, challenge.deliveries[0]!.id, keys, CONTEXT, seconds)
  return step(challenge, { type: 'dtmf_received', delivery: DELIVERY, turn, key }, POLICY).challenge
}

const PHASES: Record<string, { before: () => Challenge; wrongEntry: string }> = {
  gate: { before: () => answered('send_code'), wrongEntry: '22' },
  code: { before: () => enter(answered('send_code'), '47'), wrongEntry: '' },
  approve: { before: () => answered('approve'), wrongEntry: '22' },
  keypad_code: { before: () => answered('keypad_code'), wrongEntry: '000000' },
}

/** What became of the challenge, in the table's words. */
function effect(before: Challenge, after: Challenge): string {
  if (after.outcome) return `\`${after.outcome.reason}\``
  const [was, is] = [answeredCall(before), answeredCall(after)]
  if (is.phase === 'goodbye') return 'goodbye'
  if (is.phase === 'code') return was.phase === 'code' ? 'read again' : 'opens the code'
  if (after.attemptsLeft < before.attemptsLeft) return 'a wrong code'
  if (is.wrongGates > was.wrongGates) return 'a wrong gate'
  if (is.misses > was.misses) return 'a miss'
  return is.repeats > was.repeats ? 'asked again' : 'nothing'
}

const ROWS = markdownTable('docs/dtmf.md', 'What an entry does')

for (const [entry = '', , ...cells] of ROWS) {
  const keys = /`([^`]*)`/.exec(entry)?.[1] ?? ''
  for (const [index, phase] of (['gate', 'code', 'approve', 'keypad_code'] as const).entries()) {
    test(`${entry} at ${phase}: ${cells[index]}`, () => {
      const { before: fresh, wrongEntry } = PHASES[phase]!
      const before = entry.includes('after a wrong entry') && phase !== 'code' ? enter(fresh(), wrongEntry) : fresh()
      assert.equal(effect(before, enter(before, keys)), cells[index])
    })
  }
}

test('the table has every kind of entry', () => {
  assert.ok(ROWS.length >= 20)
  for (const row of ROWS) assert.equal(row.length, 6)
})

test('keys that came before the first was named are a wrong gate, but a report counts at any time', () => {
  const before = answered('send_code')
  assert.equal(effect(before, enter(before, '47', 0)), 'a wrong gate')
  assert.equal(effect(before, enter(before, '47', 0.5)), 'a wrong gate')
  assert.equal(effect(before, enter(before, '47', 3)), 'opens the code')
  assert.equal(effect(before, enter(before, '9', 0)), '`fraud_reported`')
  for (const flow of ['approve', 'keypad_code'] as const) {
    const asked = answered(flow)
    const right = flow === 'approve' ? '1' : CONTEXT.code
    assert.equal(enter(asked, right, 0).outcome?.status, 'approved')
  }
})

test('keys are named anew by a star only if it came before they had been named', () => {
  const asked = answeredChallenge('send_code', DELIVERY)
  const since = '2026-01-02T03:04:05.678Z'
  const call = { ...answeredCall(asked), turnStartedAt: since }
  const before = { ...asked, deliveries: [{ ...asked.deliveries[0]!, progress: call }] }
  const afterStar = (seconds: number) => {
    const unheard = isUnheard(before, DELIVERY, CONTEXT, seconds)
    const event = {
      type: 'dtmf_received',
      delivery: DELIVERY,
      turn: call.turn,
      key: 'repeat',
      ...(unheard && { unheard }),
    } as const
    return answeredCall(step(before, event, POLICY).challenge).turnStartedAt
  }
  assert.equal(afterStar(0.5), '', 'it cut the sentence off')
  assert.equal(afterStar(LATE), since)
})

describe('a key that approves and was drawn for the call', () => {
  const asked = () => answeredChallenge('approve', DELIVERY, { ...POLICY, drawnKey: true })

  test('approves, and every other one refuses, 1 too', () => {
    assert.equal(effect(asked(), enter(asked(), '6')), '`key_pressed`')
    for (const key of '12345780#') assert.equal(effect(asked(), enter(asked(), key)), '`rejected`', key)
    assert.equal(effect(asked(), enter(asked(), '*')), 'asked again')
    assert.equal(effect(asked(), enter(asked(), '9')), '`fraud_reported`')
    assert.equal(effect(asked(), enter(asked(), '66')), 'a miss')
  })

  test('before it can have been named, no key approves or refuses, but a report counts', () => {
    for (const key of '12345678#') assert.equal(effect(asked(), enter(asked(), key, 0.5)), 'a miss', key)
    assert.equal(effect(asked(), enter(asked(), '9', 0)), '`fraud_reported`')
    // What a mailbox plays at once in each turn ends as a mailbox that plays nothing.
    const once = enter(asked(), '6', 0.1)
    assert.equal(effect(asked(), enter(enter(once, '6', 0.1), '6', 0.1)), '`no_input`')
    assert.equal(effect(once, enter(once, '6', 3)), '`key_pressed`')
  })

  test('counts after the hang-up that overtook it, by the time of the turn it answers', () => {
    const before = asked()
    const { turn } = answeredCall(before)
    const hungUp = step(before, { type: 'ended', delivery: DELIVERY, result: 'hung_up' }, POLICY).challenge
    const press = (keys: string, seconds: number) => {
      const key = classifyDtmf(hungUp, DELIVERY, keys, CONTEXT, seconds)
      return step(hungUp, { type: 'dtmf_received', delivery: DELIVERY, turn, key }, POLICY).challenge.outcome?.reason
    }
    assert.equal(press('6', LATE), 'key_pressed')
    assert.equal(press('1', LATE), 'rejected')
    for (const early of ['6', '1']) assert.equal(press(early, 0), 'hung_up')
    assert.equal(press('9', 0), 'fraud_reported')
  })
})

test('the wait for a drawn key counts what is spoken before it, in every locale', () => {
  for (const [locale, spoken] of Object.entries(prompts)) {
    const wait = (more: Partial<ScriptContext>) => {
      const before = answeredChallenge('approve', DELIVERY, { ...POLICY, drawnKey: true })
      const context = { ...CONTEXT, locale: locale as ScriptContext['locale'], prompts: spoken, ...more }
      for (let tenths = 0; tenths < 600; tenths++)
        if (classifyDtmf(before, DELIVERY, '6', context, tenths / 10) === 'right') return tenths / 10
      return Number.POSITIVE_INFINITY
    }
    assert.ok(wait({}) >= 0.3 && wait({}) <= 3, `${locale}: ${wait({})} s`)
    assert.ok(wait({ details: 'Transfer 6000 euros to the Savings Bank of Testing and Sons' }) > wait({}), locale)
  }
})

test('where the words of the screen were asked about, a lone 9 is a report in every flow', () => {
  const press = (challenge: Challenge, keys: string, sharedPhrase: string | null) => {
    const key = classifyDtmf(challenge, DELIVERY, keys, { ...CONTEXT, sharedPhrase }, LATE)
    const event = { type: 'dtmf_received', delivery: DELIVERY, turn: answeredCall(challenge).turn, key } as const
    return step(challenge, event, POLICY).challenge.outcome?.reason
  }
  for (const flow of ['send_code', 'approve', 'keypad_code'] as const)
    assert.equal(press(answered(flow), '9', 'amber kite'), 'fraud_reported', flow)
  const ungated = answeredChallenge('send_code', DELIVERY, { ...POLICY, gate: false })
  assert.equal(press(ungated, '9', 'amber kite'), 'fraud_reported')
  assert.equal(press(ungated, '9', null), undefined)
  assert.equal(press(answered('keypad_code'), '9', null), undefined)
  // A code may begin with a nine.
  for (const keys of ['94', '481517']) assert.equal(press(answered('keypad_code'), keys, 'amber kite'), undefined)
})

test('a report counts for as long as the challenge is pending, however late after the hang-up', () => {
  // The code was texted before, so the hang-up does not end the challenge.
  const before: Challenge = { ...answered('send_code'), codeDisclosed: true }
  const { turn } = answeredCall(before)
  const hungUp = step(before, { type: 'ended', delivery: DELIVERY, result: 'hung_up' }, POLICY).challenge
  const { challenge } = step(hungUp, { type: 'check_due', delivery: DELIVERY }, POLICY)
  assert.equal(challenge.outcome, null)
  const press = (keys: string) => {
    const key = classifyDtmf(challenge, DELIVERY, keys, CONTEXT, LATE)
    return step(challenge, { type: 'dtmf_received', delivery: DELIVERY, turn, key }, POLICY).challenge
  }
  assert.equal(press('9').outcome?.reason, 'fraud_reported')
  for (const keys of ['47', '74', '*', '#', '']) assert.equal(press(keys), challenge, keys)
})

test('a report counts after a call that was hung up since the challenge had ended', () => {
  for (const flow of ['send_code', 'approve'] as const) {
    const canceled = step(answered(flow), { type: 'canceled', by: 'app' }, POLICY).challenge
    const over = step(canceled, { type: 'ended', delivery: DELIVERY, result: 'hung_up' }, POLICY).challenge
    assert.equal(over.deliveries[0]!.progress.state, 'ended')
    for (const challenge of [canceled, over]) {
      const key = classifyDtmf(challenge, DELIVERY, '9', CONTEXT, LATE)
      const { turn } = answeredCall(answered(flow))
      const after = step(challenge, { type: 'dtmf_received', delivery: DELIVERY, turn, key }, POLICY).challenge
      assert.deepEqual([key, after.deliveries[0]!.reportedLate, after.outcome?.status], ['report', true, 'canceled'])
    }
  }
})

test('a report counts after a call that the carrier failed, before and while the code is texted instead', () => {
  const before: Challenge = { ...answered('send_code'), fallback: ['sms'] }
  const { turn } = answeredCall(before)
  const failed = step(before, { type: 'ended', delivery: DELIVERY, result: 'carrier_failed' }, POLICY).challenge
  const next: Delivery = { ...before.deliveries[0]!, id: 'dlv_text', channel: 'sms', ref: null, result: null }
  const placing: Delivery = { ...next, progress: { state: 'placing', unknown: false } }
  const requested = { type: 'delivery_requested', next: placing, fallback: true } as const
  for (const challenge of [failed, step(failed, requested, POLICY).challenge]) {
    const press = (keys: string) => {
      const key = classifyDtmf(challenge, DELIVERY, keys, CONTEXT, LATE)
      return step(challenge, { type: 'dtmf_received', delivery: DELIVERY, turn, key }, POLICY).challenge
    }
    assert.equal(press('9').outcome?.reason, 'fraud_reported')
    for (const keys of ['47', '74', '*', '#', '']) assert.equal(press(keys), challenge, keys)
  }
})

test('a report counts on a call whose answer is not on record, and no other key does', () => {
  for (const flow of ['send_code', 'approve'] as const)
    for (const progress of [{ state: 'placing', unknown: true }, { state: 'ringing' }] as const) {
      const before = answered(flow)
      const challenge: Challenge = { ...before, deliveries: [{ ...before.deliveries[0]!, progress }] }
      const press = (keys: string) => {
        const key = classifyDtmf(challenge, DELIVERY, keys, CONTEXT, LATE)
        return step(challenge, { type: 'dtmf_received', delivery: DELIVERY, turn: 1, key }, POLICY).challenge
      }
      assert.equal(press('9').outcome?.reason, 'fraud_reported', `${flow} ${progress.state}`)
      for (const keys of ['47', '1', '6', '*', '#', '']) assert.equal(press(keys), challenge, keys)
    }
})

test('the wait for the gate counts what is spoken before its first key, in every locale', () => {
  for (const [locale, spoken] of Object.entries(prompts)) {
    const seconds = (more: Partial<ScriptContext>) => {
      const before = answered('send_code')
      const context = { ...CONTEXT, locale: locale as ScriptContext['locale'], prompts: spoken, ...more }
      for (let tenths = 0; tenths < 600; tenths++)
        if (classifyDtmf(before, before.deliveries[0]!.id, '47', context, tenths / 10) === 'right') return tenths / 10
      return Number.POSITIVE_INFINITY
    }
    // No earlier than the greeting is over, and before any voice has named the key.
    assert.ok(seconds({}) >= 0.3 && seconds({}) <= 2, `${locale}: ${seconds({})} s`)
    assert.ok(seconds({ name: 'The Savings Bank of Testing and Sons' }) > seconds({}), locale)
    // A name that holds one of the keys does not end the wait.
    assert.ok(seconds({ name: 'Channel 4 and 7, the longest name of any' }) > seconds({}), locale)
  }
})
