import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callScript, type ScriptContext } from '../../src/domain/call-script.ts'
import type {
  CallPhase,
  Challenge,
  Delivery,
  DeliveryResult,
  DeliveryState,
  Flow,
  Notice,
  Outcome,
} from '../../src/domain/challenge.ts'
import { LOCALES, type Locale } from '../../src/domain/locale.ts'
import type { Script } from '../../src/domain/script.ts'
import { prompts } from '../../src/prompts/index.ts'

const CODE = '481516'
const GATE = '37'
const ID = 'dlv_present'

function words(locale: Locale, more: Partial<ScriptContext> = {}): ScriptContext {
  const plain = {
    name: 'Acme',
    scope: 'login',
    details: null,
    message: null,
    code: CODE,
    gate: GATE,
    approveKey: '6',
    sharedPhrase: null,
  }
  return { locale, prompts: prompts[locale], ...plain, ...more }
}

function at(
  flow: Flow,
  live: DeliveryState,
  outcome: Outcome | null = null,
  result: DeliveryResult | null = null,
): Challenge {
  const delivery: Delivery = {
    id: ID,
    channel: 'call',
    carrier: 'twilio',
    ref: 'CA1',
    price: 200,
    createdAt: '',
    progress: live,
    result,
  }
  const rest = { id: 'chl_talk' as const, version: 3, attemptsLeft: 5, codeDisclosed: false, fallback: [] }
  return { ...rest, flow, deliveries: [delivery], outcome }
}

function on(step: CallPhase, notice: Notice = 'none', turn = 1, keyDrawn = false): DeliveryState {
  const counts = { misses: 0, wrongGates: 0, repeats: 0 }
  return { state: 'answered', phase: step, turn, turnStartedAt: '', ...counts, notice, keyDrawn }
}

function text({ say }: Script): string {
  return say.filter((speech) => typeof speech === 'string').join(' ')
}

function pauses({ say }: Script): number {
  return say.filter((speech) => typeof speech !== 'string').length
}

test('nine ends the entry of a gate at once, but after a silence it is a key like others', () => {
  const reportKey = (challenge: Challenge) => {
    const script = callScript(challenge, ID, words('en-US', {}))
    return script.then === 'listen' ? script.gather.reportKey : assert.fail()
  }
  for (const notice of ['none', 'wrong', 'repeat'] as const)
    assert.equal(reportKey(at('send_code', on('gate', notice))), '9')
  assert.equal(reportKey(at('send_code', on('gate', 'silent'))), null)
  // A digit of the code may be a nine, and a single key is an entry by itself.
  assert.equal(reportKey(at('keypad_code', on('question'))), null)
  assert.equal(reportKey(at('approve', on('question'))), null)
})

for (const locale of LOCALES) {
  const { greeting, farewell, ...says } = prompts[locale]
  const heard = (challenge: Challenge, more: Partial<ScriptContext> = {}) =>
    callScript(challenge, ID, words(locale, more))

  test(`${locale}: the gate names the service first, then its two keys, and no digit of the code`, () => {
    const first = heard(at('send_code', on('gate')))
    assert.deepEqual(first.say, [greeting('Acme'), says.gate('login', '3', '7')])
    assert.equal(first.then, 'listen')
    for (const notice of ['none', 'wrong', 'silent', 'repeat'] as const) {
      const digits = text(heard(at('send_code', on('gate', notice)))).match(/[0-9]/g) ?? []
      assert.deepEqual(new Set(digits), new Set(['3', '7', '9']))
    }
  })

  test(`${locale}: the code is read twice, digit by digit, with a pause between`, () => {
    const reading = heard(at('send_code', on('code', 'none', 2)))
    const digits = says.digits(CODE)
    const once = [says.code('login'), ...digits]
    assert.deepEqual(reading.say.slice(0, once.length), once)
    assert.equal(text(reading).replace(/[^0-9]/g, ''), CODE + CODE)
    assert.ok(pauses(reading) >= 2 * (CODE.length - 1))
    assert.equal(reading.say.at(-1), says.replay)
    assert.equal(reading.then, 'listen')
    assert.deepEqual(heard(at('send_code', on('code', 'repeat', 3))).say, reading.say)
  })

  test(`${locale}: a code that is the first to be heard names the service first`, () => {
    assert.equal(heard(at('send_code', on('code'))).say[0], greeting('Acme'))
  })

  test(`${locale}: a question names the service, says what it is about, and what to press`, () => {
    const press = says.approve('1')
    assert.deepEqual(heard(at('approve', on('question'))).say, [greeting('Acme'), says.request('login'), press])
    assert.deepEqual(heard(at('keypad_code', on('question'))).say, [greeting('Acme'), says.enterCode(6)])
    const details = '250 €: Ada Byron?'
    assert.deepEqual(heard(at('approve', on('question')), { details }).say, [greeting('Acme'), details, press])
    assert.deepEqual(heard(at('keypad_code', on('question')), { details: 'Ada' }).say[1], 'Ada.')
  })

  test(`${locale}: a key that was drawn is named instead of 1, in every turn`, () => {
    for (const notice of ['none', 'wrong', 'silent', 'repeat'] as const) {
      const say = text(heard(at('approve', on('question', notice, 2, true))))
      assert.ok(say.endsWith(says.approve('6')), say)
      assert.deepEqual(say.match(/[0-9]/g), ['6', '9'])
    }
    assert.equal(heard(at('keypad_code', on('question', 'none', 1, true))).say.at(-1), says.enterCode(6))
  })

  test(`${locale}: the shared phrase follows the greeting in every flow, and what is never asked the first reading`, () => {
    const sharedPhrase = 'amber kite'
    const first = [greeting('Acme'), says.sharedPhrase(sharedPhrase)]
    for (const [flow, phase] of [
      ['approve', 'question'],
      ['keypad_code', 'question'],
      ['send_code', 'gate'],
      ['send_code', 'code'],
    ] as const) {
      assert.deepEqual(heard(at(flow, on(phase)), { sharedPhrase }).say.slice(0, 2), first)
      if (phase === 'code') continue
      assert.deepEqual(heard(at(flow, on(phase, 'silent', 2)), { sharedPhrase }).say.slice(1, 3), first)
      assert.ok(!text(heard(at(flow, on(phase, 'wrong', 2)), { sharedPhrase })).includes('amber'))
    }
    assert.ok(!text(heard(at('send_code', on('code', 'none', 2)), { sharedPhrase })).includes('amber'))
    const { say } = heard(at('send_code', on('code', 'none', 2)))
    assert.ok(say.includes(says.neverAsk) && say.indexOf(says.neverAsk) < say.indexOf(says.again))
  })

  test(`${locale}: what went wrong is said first, and the right thing`, () => {
    assert.equal(heard(at('send_code', on('gate', 'wrong'))).say[0], says.wrongKey)
    assert.equal(heard(at('approve', on('question', 'wrong'))).say[0], says.wrongKey)
    assert.equal(heard(at('keypad_code', on('question', 'wrong'))).say[0], says.wrongCode)
    for (const flow of ['send_code', 'approve', 'keypad_code'] as const) {
      const step = flow === 'send_code' ? 'gate' : 'question'
      assert.deepEqual(heard(at(flow, on(step, 'silent'))).say.slice(0, 2), [says.silence, greeting('Acme')])
      assert.equal(heard(at(flow, on(step, 'repeat'))).say[0], greeting('Acme'))
    }
  })

  test(`${locale}: every outcome has its last sentence, after which the line drops`, () => {
    const last = (flow: Flow, outcome: Outcome | null, result: DeliveryResult | null) => {
      const { say, then } = heard(at(flow, on('goodbye'), outcome, result))
      assert.equal(then, 'hang_up')
      assert.equal(say.length, 1)
      return say[0]
    }
    const { approved, rejected, reported, tooManyAttempts, noInput, codeGiven, expired, neutral } = farewell
    const key = { status: 'approved', reason: 'key_pressed' } as const
    const code = { status: 'approved', reason: 'code_matched' } as const
    const spent = { status: 'denied', reason: 'too_many_attempts' } as const
    assert.equal(last('approve', key, 'delivered'), approved)
    assert.equal(last('keypad_code', code, 'delivered'), approved)
    assert.equal(last('approve', { status: 'denied', reason: 'rejected' }, 'delivered'), rejected)
    for (const flow of ['approve', 'send_code'] as const) {
      assert.equal(last(flow, { status: 'denied', reason: 'fraud_reported' }, 'delivered'), reported)
    }
    assert.equal(last('keypad_code', spent, 'delivered'), tooManyAttempts)
    assert.equal(last('send_code', spent, 'delivered'), codeGiven)
    assert.equal(last('send_code', null, 'delivered'), codeGiven)
    assert.equal(last('send_code', code, 'delivered'), codeGiven)
    assert.equal(last('approve', { status: 'undelivered', reason: 'no_input' }, 'no_input'), noInput)
    assert.equal(last('send_code', null, 'no_input'), noInput)
    assert.equal(last('approve', { status: 'expired', reason: 'expired' }, null), expired)
    assert.equal(last('send_code', null, 'voicemail'), neutral)
  })

  test(`${locale}: a call that comes too late, or for nothing, hears no business of anybody`, () => {
    const late: [Challenge, string][] = [
      [at('approve', on('goodbye'), { status: 'canceled', reason: 'canceled' }, 'canceled'), ID],
      [at('approve', on('goodbye'), { status: 'expired', reason: 'expired' }, 'canceled'), ID],
      [at('approve', on('goodbye'), { status: 'undelivered', reason: 'carrier_failed' }, 'carrier_failed'), ID],
      [at('send_code', on('goodbye'), { status: 'approved', reason: 'code_matched' }, 'canceled'), ID],
      [at('approve', { state: 'ended' }, null, 'busy'), ID],
      [at('approve', { state: 'ringing' }), ID],
      [at('approve', on('question')), 'dlv_past'],
    ]
    for (const [challenge, id] of late) {
      const { say, then } = callScript(challenge, id as Delivery['id'], words(locale, { details: 'Pay Ada' }))
      assert.deepEqual([say, then], [[farewell.neutral], 'hang_up'])
    }
    assert.doesNotMatch(farewell.neutral, /Acme/)
  })

  test(`${locale}: an app's own message carries the code, the name and the scope`, () => {
    const message = '{NAME}: {CODE} ({SCOPE}), {CODE}'
    const reading = heard(at('send_code', on('code', 'none', 2)), { message, scope: 'card_activation' })
    assert.equal(reading.say[0], 'Acme:')
    assert.equal(text(reading).replace(/[^0-9]/g, ''), CODE.repeat(4))
    assert.match(text(reading), /card activation/)
    assert.doesNotMatch(text(heard(at('send_code', on('gate')), { message })), /4|8|1|5|6/)
    const request = heard(at('approve', on('question')), { message: '{NAME} asks for {SCOPE}' })
    assert.deepEqual(request.say, [greeting('Acme'), 'Acme asks for login.', says.approve('1')])
  })

  test(`${locale}: a name is spoken as it is, and no brace ever`, () => {
    const name = "$& $1 $' A$$"
    const message = 'From {NAME}: {CODE}'
    const all = (['gate', 'code', 'question', 'goodbye'] as const).flatMap((step) =>
      (['none', 'wrong', 'silent', 'repeat'] as const).flatMap((notice) =>
        (['send_code', 'keypad_code', 'approve'] as const).map((flow) =>
          text(heard(at(flow, on(step, notice, 2)), { name, message: flow === 'send_code' ? message : null })),
        ),
      ),
    )
    for (const spoken of all) assert.doesNotMatch(spoken, /[{}]|undefined|null/)
    assert.ok(text(heard(at('send_code', on('code', 'none', 2)), { name, message })).startsWith(`From ${name}:`))
  })
}
