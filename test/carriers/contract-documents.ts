// The contract of documents: every script becomes one, whatever text it has.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Carrier } from '../../src/carriers/carrier.ts'
import { LOCALES } from '../../src/domain/locale.ts'
import type { GatherOptions, Script, Speech } from '../../src/domain/script.ts'
import { elements, heard, read, urlsIn } from './read-xml.ts'
import { type Subject, URLS } from './subject.ts'

const SAY: Speech[] = ['This is Acme.', { pause: 500 }, '4, 8, 1', { pause: 300 }, '5, 1, 6']

const CODE: GatherOptions = { max: 6, finish: '#', reportKey: null, seconds: 8, secondsBetween: 8 }

const SCRIPTS = LOCALES.flatMap((locale): Script[] => [
  { locale, say: SAY, then: 'hang_up' },
  { locale, say: SAY, then: 'listen', turn: 3, gather: CODE },
  { locale, say: SAY, then: 'listen', turn: 3, gather: { ...CODE, max: 1, finish: null } },
  {
    locale,
    say: SAY,
    then: 'listen',
    turn: 3,
    gather: { ...CODE, max: 2, finish: null, reportKey: '9', secondsBetween: 3 },
  },
  { locale, say: ['One moment, please.'], then: 'come_back' },
])

export function documents({ refusalStatus, acknowledgeStatus }: Subject, carrier: Carrier): void {
  const document = async (script: Script) => read(await carrier.reply(script, URLS).text())

  test('every script is a document, in every language', async () => {
    for (const script of SCRIPTS) {
      const response = carrier.reply(script, URLS)
      assert.equal(response.status, 200)
      assert.match(response.headers.get('Content-Type')!, /^(text|application)\/xml; ?charset=utf-8$/i)
      const root = read(await response.text())
      assert.equal(root.name, 'Response')
      assert.equal(heard(root), collapseSpaces(script.say.filter((part) => typeof part === 'string').join(' ')))
      const expected = { hang_up: [], listen: [URLS.turn(3)], come_back: [URLS.answer] }[script.then]
      assert.deepEqual([...new Set(urlsIn(root).filter((url) => url !== URLS.fallback))], expected)
    }
  })

  test('any text is spoken as it stands, and never becomes markup', async () => {
    const hostile = fc.constantFrom(
      '</Say><Hangup/>',
      ']]>',
      '&amp;',
      '<break/>',
      '\ud800',
      '\udc00',
      '\u0000',
      '\ufffe',
      ' ',
    )
    const words = fc.array(fc.oneof(fc.string({ unit: 'binary' }), hostile), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(words, fc.constantFrom(...SCRIPTS), async (said, script) => {
        // A sentence is never empty of all but what XML can't hold, so each begins with a letter here.
        const say = said.map((text) => `a${text}`)
        const root = await document({ ...script, say })
        assert.equal(heard(root), collapseSpaces(say.map(xmlCharacters).join(' ')))
        const plain = await document({ ...script, say: said.map(() => 'a') })
        assert.deepEqual(elementNames(root), elementNames(plain))
      }),
    )
  })

  test('a script of pauses alone, or of nothing, is a document too', async () => {
    for (const script of SCRIPTS) {
      for (const say of [[], [{ pause: 500 }], [' ']] satisfies Speech[][]) {
        assert.equal(heard(await document({ ...script, say })), '')
      }
    }
  })

  test('the responses without a document', () => {
    assert.equal(carrier.refuse().status, refusalStatus)
    assert.equal(carrier.refuse().headers.has('WWW-Authenticate'), refusalStatus === 401)
    assert.equal(carrier.acknowledge().status, acknowledgeStatus)
  })

  test('a locale spoken instead of another is spoken as itself', () => {
    for (const locale of LOCALES)
      assert.equal(carrier.resolveVoiceLocale(carrier.resolveVoiceLocale(locale)), carrier.resolveVoiceLocale(locale))
  })
}

function elementNames(root: ReturnType<typeof read>): string[] {
  return elements(root).map(({ name }) => name)
}

/** The text without what no XML document can hold. */
function xmlCharacters(text: string): string {
  return [...text].filter((character) => isXmlCharacter(character.codePointAt(0)!)).join('')
}

function isXmlCharacter(point: number): boolean {
  if (point < 0x20) return point === 9 || point === 10 || point === 13
  return point < 0xd800 || (point > 0xdfff && point !== 0xfffe && point !== 0xffff)
}

function collapseSpaces(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
