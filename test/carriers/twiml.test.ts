import assert from 'node:assert/strict'
import { test } from 'node:test'
import { twimlResponse } from '../../src/carriers/twiml/documents.ts'
import type { Script } from '../../src/domain/script.ts'
import { URLS } from './subject.ts'

const HEAD = '<?xml version="1.0" encoding="UTF-8"?><Response>'
const TURN = 'https://answerback.test/voice/dlv_V1StGXR8/turn/2?a=1&amp;b=%2Fx'
const ANSWER = 'https://answerback.test/voice/dlv_V1StGXR8/answer?a=1&amp;b=%2Fx'

async function documentOf(script: Script, namesFinishKey = true): Promise<string> {
  return twimlResponse(script, URLS, namesFinishKey).text()
}

test('the last sentence comes before the hang-up', async () => {
  assert.equal(
    await documentOf({ locale: 'en-US', say: ['4, 8.', { pause: 500 }, 'Goodbye.'], then: 'hang_up' }),
    `${HEAD}<Say voice="Polly.Joanna" language="en-US">4, 8. <break time="500ms"/>Goodbye. </Say><Hangup/></Response>`,
  )
  assert.equal(await documentOf({ locale: 'en-US', say: [], then: 'hang_up' }), `${HEAD}<Hangup/></Response>`)
})

// twilio.com/docs/voice/twiml/gather: "#" ends an entry unless finishOnKey is empty, and a silence is reported only with
// actionOnEmptyResult.
test('an entry may have a finish key, and a silence is reported', async () => {
  const keys = { max: 6, finish: '#', reportKey: null, seconds: 8, secondsBetween: 8 } as const
  const script = { locale: 'de-DE', say: ['Bitte den Code.'], then: 'listen', turn: 2, gather: keys } as const
  assert.equal(
    await documentOf({ ...script, say: [...script.say] }),
    `${HEAD}<Gather input="dtmf" numDigits="6" timeout="8" finishOnKey="#" action="${TURN}" method="POST" actionOnEmptyResult="true"><Say voice="Polly.Vicki" language="de-DE">Bitte den Code. </Say></Gather></Response>`,
  )
  const menu = await documentOf({ ...script, say: [], gather: { ...keys, max: 1, finish: null } })
  assert.equal(
    menu,
    `${HEAD}<Gather input="dtmf" numDigits="1" timeout="8" finishOnKey="" action="${TURN}" method="POST" actionOnEmptyResult="true"/></Response>`,
  )
})

// twilio.com/docs/voice/twiml/gather: one `timeout` for the first key and for each further one.
test('a report key ends the entry where it is named, and a break makes up for the short wait between keys', async () => {
  const gather = { max: 2, finish: null, reportKey: '9', seconds: 5, secondsBetween: 3 } as const
  const script: Script = { locale: 'en-US', say: ['Press 4, then 7.'], then: 'listen', turn: 2, gather }
  const attributes = (finishKey: string) =>
    `input="dtmf" numDigits="2" timeout="3" finishOnKey="${finishKey}" action="${TURN}" method="POST" actionOnEmptyResult="true"`
  const said = '<Say voice="Polly.Joanna" language="en-US">Press 4, then 7. <break time="2000ms"/></Say>'
  assert.equal(await documentOf(script), `${HEAD}<Gather ${attributes('9')}>${said}</Gather></Response>`)
  assert.equal(await documentOf(script, false), `${HEAD}<Gather ${attributes('')}>${said}</Gather></Response>`)
})

test('a wait is a break within the sentence', async () => {
  assert.equal(
    await documentOf({ locale: 'en-GB', say: ['One moment.'], then: 'come_back' }),
    `${HEAD}<Say voice="Polly.Amy" language="en-GB">One moment. <break time="2000ms"/></Say><Redirect method="POST">${ANSWER}</Redirect></Response>`,
  )
})
