import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTwiml } from '../../src/exchange/markup/twiml.ts'
import { TWILIO_TTS } from '../../src/exchange/markup/voices.ts'
import { toCaptions } from '../../src/exchange/simulator/captions.ts'
import { DocumentError } from '../../src/exchange/simulator/steps.ts'

const SOURCE = 'https://app.example/answer?d=1'
const read = (verbs: string) =>
  readTwiml(`<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`, SOURCE, TWILIO_TTS)
const spoken = (verbs: string) =>
  read(verbs).flatMap((step) => (step.type === 'say' ? step.runs.flatMap(toCaptions) : []))

test('a gather is read with its defaults', () => {
  assert.deepEqual(read('<Gather/>'), [
    {
      type: 'gather',
      prompt: [],
      maxDigits: null,
      finishKeys: '#',
      firstKeyTimeoutMs: 5000,
      nextKeyTimeoutMs: 5000,
      maxMs: null,
      target: { url: SOURCE, method: 'POST' },
      onSilence: 'next',
    },
  ])
})

test('a relative action means the place the document came from', () => {
  const [step] = read(
    '<Gather action="keys?t=1&amp;s=2" method="GET" finishOnKey="" timeout="8" actionOnEmptyResult="true"/>',
  )
  assert.ok(step?.type === 'gather')
  assert.deepEqual(step.target, { url: 'https://app.example/keys?t=1&s=2', method: 'GET' })
  assert.deepEqual([step.finishKeys, step.firstKeyTimeoutMs, step.onSilence], ['', 8000, 'target'])
})

test('speech is read sentence by sentence, with its language and its silences', () => {
  const found = spoken(
    '<Say voice="Polly.Joanna">Your code is <say-as interpret-as="digits">4815</say-as><break time="1s"/> and no more. ' +
      '<prosody rate="slow">Once more:</prosody> <lang xml:lang="de-DE">Guten Tag.</lang> <sub alias="World Wide Web">WWW</sub></Say>',
  )
  assert.deepEqual(
    found.map(({ text, language }) => [language, text]),
    [
      ['en-US', 'Your code is 4815 and no more.'],
      ['en-US', 'Once more:'],
      ['de-DE', 'Guten Tag.'],
      ['en-US', 'World Wide Web'],
    ],
  )
  assert.equal(found[0]?.ms, 'Your code is 4815 and no more.'.length * 65 + 1000)
})

test('a code that is spelled out is a caption a digit, each with its pause', () => {
  const digits = '4, <break time="400ms"/>8, <break time="900ms"/>1, <break time="400ms"/>5'
  const found = spoken(
    `<Say voice="Polly.Joanna">Press 4, then 7. Your code is: ${digits}<break time="2s"/>Once more:</Say>`,
  )
  assert.deepEqual(
    found.map(({ text, ms }) => [text, ms - text.length * 65]),
    [
      ['Press 4, then 7.', 0],
      ['Your code is:', 0],
      ['4,', 400],
      ['8,', 900],
      ['1,', 400],
      ['5', 2000],
      ['Once more:', 0],
    ],
  )
})

test('escaped text is text', () => {
  assert.equal(spoken('<Say>Fish &amp; &lt;chips&gt; <![CDATA[<b>]]></Say>')[0]?.text, 'Fish & <chips> <b>')
})

test('a voice brings its language, and only its own', () => {
  assert.equal(spoken('<Say voice="Polly.Vicki-Neural">Guten Tag</Say>')[0]?.language, 'de-DE')
  assert.equal(spoken('<Say voice="Google.pl-PL-Wavenet-A" language="pl-PL">Dobry</Say>')[0]?.language, 'pl-PL')
  assert.equal(spoken('<Say voice="Polly.Aditi" language="hi-IN">नमस्ते</Say>')[0]?.language, 'hi-IN')
})

const REFUSED: [why: string, document: string, code: number][] = [
  ['an unknown verb', '<Response><Dial>+1</Dial></Response>', 12200],
  ['another company’s verb', '<Response><Speak>Hello</Speak></Response>', 12200],
  ['an unknown attribute', '<Response><Say speed="2">Hello</Say></Response>', 12200],
  ['an attribute of another case', '<Response><Gather numdigits="1"/></Response>', 12200],
  ['a value out of range', '<Response><Gather timeout="-1"/></Response>', 12200],
  ['a number of digits that is none', '<Response><Gather numDigits="0"/></Response>', 12200],
  ['two finish keys', '<Response><Gather finishOnKey="12"/></Response>', 12200],
  ['a method that is none', '<Response><Redirect method="PUT">/x</Redirect></Response>', 12200],
  ['speech as input', '<Response><Gather input="speech"/></Response>', 12200],
  ['text between the verbs', '<Response>Hello<Hangup/></Response>', 12200],
  ['text inside a gather', '<Response><Gather>Press 1</Gather></Response>', 12200],
  ['a gather in a gather', '<Response><Gather><Gather/></Gather></Response>', 12200],
  ['a redirect in a gather', '<Response><Gather><Redirect>/x</Redirect></Gather></Response>', 12200],
  ['unknown markup', '<Response><Say voice="Polly.Joanna">a <blink>b</blink></Say></Response>', 12200],
  ['markup for a voice that reads none', '<Response><Say>a <break time="1s"/> b</Say></Response>', 12200],
  ['a break without a unit', '<Response><Say voice="Polly.Joanna">a<break time="1"/></Say></Response>', 12200],
  [
    'say-as with a word of its own',
    '<Response><Say voice="Polly.Joanna"><say-as interpret-as="number-digits">1</say-as></Say></Response>',
    12200,
  ],
  ['a voice that does not exist', '<Response><Say voice="Polly.Jonna">Hello</Say></Response>', 12200],
  ['a kind that a voice lacks', '<Response><Say voice="Polly.Daniel">Hallo</Say></Response>', 12200],
  [
    'a voice for another language',
    '<Response><Say voice="Polly.Joanna" language="de-DE">Hallo</Say></Response>',
    12200,
  ],
  ['a language written otherwise', '<Response><Say language="en_US">Hello</Say></Response>', 12200],
  ['nothing to say', '<Response><Say> </Say></Response>', 12200],
  ['too much to say', `<Response><Say>${'a'.repeat(4097)}</Say></Response>`, 12200],
  ['a rejection of our own call', '<Response><Reject/></Response>', 12200],
  ['another root', '<Bxml><Hangup/></Bxml>', 12200],
  ['a bare ampersand', '<Response><Say>Fish & chips</Say></Response>', 12100],
  ['an unclosed element', '<Response><Say>Hello</Response>', 12100],
  ['a repeated attribute', '<Response><Say loop="1" loop="2">Hello</Say></Response>', 12100],
  ['a document type', '<!DOCTYPE Response><Response/>', 12100],
  ['two roots', '<Response/><Response/>', 12100],
  ['no XML', 'Hello', 12100],
  ['nothing', '', 12100],
]

for (const [why, document, code] of REFUSED) {
  test(`refuses ${why}`, () => {
    assert.throws(
      () => readTwiml(document, SOURCE, TWILIO_TTS),
      (error) => error instanceof DocumentError && error.code === code,
    )
  })
}
