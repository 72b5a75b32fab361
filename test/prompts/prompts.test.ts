import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCALES, type Locale } from '../../src/domain/locale.ts'
import type { Prompts } from '../../src/domain/prompts.ts'
import { scopeWords } from '../../src/domain/scope-words.ts'
import { prompts } from '../../src/prompts/index.ts'

const usual = ['login', 'signup', 'transfer', 'payment', 'password_reset', 'verify']
const scopes = [...usual, 'card_activation']
const lengths = [4, 5, 6, 7, 8]

/** Everything a language says to a person, digits aside. */
function sentences(p: Prompts): string[] {
  return [
    p.greeting('Acme'),
    ...scopes.flatMap((scope) => [p.request(scope), p.gate(scope, '4', '7'), p.code(scope)]),
    p.approve('1'),
    p.sharedPhrase(p.phraseWords.slice(0, 2).join(' ')),
    p.neverAsk,
    ...lengths.map((length) => p.enterCode(length)),
    p.again,
    p.replay,
    p.wrongKey,
    p.wrongCode,
    p.silence,
    ...Object.values(p.farewell),
    p.hold,
    ...scopes.map((scope) => p.message('Acme', scope, '481516', 5)),
  ]
}

test('English is worded as promised', () => {
  const en = prompts['en-US']
  assert.equal(en.greeting('Acme'), 'This is Acme.')
  assert.equal(en.request('login'), 'Someone is asking to log in.')
  assert.equal(en.request('card_activation'), 'Someone is asking for your approval: card activation.')
  assert.equal(en.approve('1'), 'To approve, press 1. If this was not you, press 9. Any other key refuses.')
  assert.equal(en.enterCode(6), 'Enter the six digit code on your screen.')
  assert.equal(en.gate('login', '4', '7'), 'To hear your login code, press 4, then 7. If this was not you, press 9.')
  assert.equal(en.code('password_reset'), 'Your password reset code is:')
  assert.equal(
    en.message('Acme', 'login', '482913', 5),
    '482913 is your Acme login code. It expires in 5 minutes. We never ask for it by phone.',
  )
  assert.equal(
    en.message('Acme', 'login', '482913', 1),
    '482913 is your Acme login code. It expires in 1 minute. We never ask for it by phone.',
  )
})

const SIX: Record<Locale, string> = {
  'en-US': 'six digit',
  'en-GB': 'six digit',
  'es-ES': 'seis cifras',
  'es-MX': 'seis dígitos',
  'fr-FR': 'six chiffres',
  'de-DE': 'sechsstelligen',
  'it-IT': 'sei cifre',
  'pt-BR': 'seis dígitos',
  'nl-NL': 'zescijferige',
  'pl-PL': 'sześciocyfrowy',
  'ja-JP': '6桁',
  'hi-IN': 'छह अंकों',
}

for (const locale of LOCALES) {
  const p = prompts[locale]

  test(`${locale} has every sentence, whole and ended`, () => {
    for (const sentence of sentences(p)) {
      assert.match(sentence, /\p{L}.*[.:。।）]$/u)
      assert.doesNotMatch(sentence, /[{}]|undefined|null|NaN|\[object|\s\s|^\s|\s$/, sentence)
      assert.equal(sentence, sentence.normalize('NFC'))
    }
  })

  test(`${locale} tells the code's length and names the keys`, () => {
    assert.ok(p.enterCode(6).includes(SIX[locale]))
    assert.equal(new Set(lengths.map((length) => p.enterCode(length))).size, lengths.length)
    for (const key of '1234567') assert.deepEqual(p.approve(key).match(/\d/g), [key, '9'])
    for (const scope of scopes) assert.deepEqual(p.gate(scope, '4', '7').match(/\d/g), ['4', '7', '9'])
  })

  test(`${locale} says no figure before the code but the keys to press`, () => {
    assert.deepEqual(p.sharedPhrase('amber kite').match(/\d/g), ['9'])
    assert.ok(p.sharedPhrase('amber kite').includes('amber kite'))
    const { approve, sharedPhrase, gate, enterCode, message, ...rest } = p
    const silent = sentences({
      ...rest,
      sharedPhrase: () => 'x.',
      approve: () => 'x.',
      gate: () => 'x.',
      enterCode: () => 'x.',
      message: () => 'x.',
    })
    for (const sentence of silent) assert.doesNotMatch(sentence, /\d/)
  })

  test(`${locale} speaks an unknown scope as it is, and has a phrase of its own for each usual one`, () => {
    for (const say of [p.request, p.code, (scope: string) => p.gate(scope, '4', '7')]) {
      assert.ok(say('card_activation').includes('card activation'))
      assert.ok(say('constructor').includes('constructor'))
      assert.equal(new Set(usual.map(say)).size, usual.length)
      if (!locale.startsWith('en')) for (const scope of usual) assert.ok(!say(scope).includes('_'))
    }
    assert.equal(p.request('sign_in'), p.request('login'))
    assert.equal(p.request('registration'), p.request('signup'))
  })

  test(`${locale} texts the code once, with the service, what it is for and how long it lasts`, () => {
    for (const scope of scopes) {
      const text = p.message('Acme', scope, '481516', 5)
      assert.ok(text.includes('Acme'))
      assert.deepEqual(text.match(/\d+/g), ['481516', '5'])
    }
    assert.equal(new Set(usual.map((scope) => p.message('Acme', scope, '481516', 5))).size, usual.length)
  })
}

// A voice reads "9." at the end of a sentence as "ninth" in these languages.
test('no German or Polish sentence ends in a figure', () => {
  for (const locale of ['de-DE', 'pl-PL'] as const) {
    const p = prompts[locale]
    const own = [p.greeting('Studio 54'), p.request('transfer_2'), p.sentence('250')]
    for (const sentence of [...sentences(p), ...own]) assert.doesNotMatch(sentence, /\d\.|\d$/)
  }
})

test('one minute is one minute, and Polish has three forms of it', () => {
  const text = (locale: 'de-DE' | 'fr-FR' | 'pl-PL', minutes: number) =>
    prompts[locale].message('A', 'login', '4815', minutes)
  assert.match(text('de-DE', 1), /1 Minute gültig/)
  assert.match(text('fr-FR', 1), /1 minute\./)
  assert.deepEqual(
    [1, 2, 4, 5, 10].map((minutes) => text('pl-PL', minutes).match(/minut\w*/)?.[0]),
    ['minute', 'minuty', 'minuty', 'minut', 'minut'],
  )
})

test('Polish texts lose the diacritics of Latin letters, and no other script loses anything', () => {
  const text = prompts['pl-PL'].message('Łódź Żółw ガ हिन्दी', 'payment', '4815', 5)
  assert.equal(
    text,
    'Lodz Zolw ガ हिन्दी: 4815 to kod do platnosci. Wazny przez 5 minut. Nigdy nie pytamy o niego przez telefon.',
  )
})

test('an app’s own word is spoken as words', () => {
  assert.equal(scopeWords('card_activation'), 'card activation')
  assert.equal(scopeWords('step-up__auth_'), 'step up auth')
})
