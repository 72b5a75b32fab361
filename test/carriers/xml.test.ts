import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { element, render } from '../../src/carriers/xml.ts'

test('elements, attributes and text are escaped', () => {
  const document = render(element('Response', {}, [element('Say', { loop: 1, voice: 'a"b' }, ["it's <b> & 'c'"])]))
  assert.equal(
    document,
    '<?xml version="1.0" encoding="UTF-8"?><Response><Say loop="1" voice="a&quot;b">it&apos;s &lt;b&gt; &amp; &apos;c&apos;</Say></Response>',
  )
})

test('any text leaves the document well-formed, and a parser returns it without the characters that XML forbids', () => {
  const anything = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(anything, anything, fc.array(loneSurrogate()), (text, value, surrogates) => {
      const whole = text + surrogates.join('')
      const seen = { text: '', value: '' }
      const parser = new SaxesParser()
      parser.on('error', (error) => assert.fail(error))
      parser.on('opentag', (tag) => {
        if (tag.name === 'b') seen.value = String(tag.attributes.a)
      })
      parser.on('text', (part) => {
        seen.text += part
      })
      parser.write(render(element('r', {}, [element('b', { a: value }, [whole])]))).close()
      assert.deepEqual(seen, { text: allowed(text), value: allowed(value) })
    }),
  )
})

/** The first half of a surrogate pair. */
function loneSurrogate() {
  return fc.integer({ min: 0xd800, max: 0xdbff }).map((unit) => String.fromCharCode(unit))
}

function allowed(text: string): string {
  return [...text].filter((character) => isCharacter(character.codePointAt(0)!)).join('')
}

function isCharacter(point: number): boolean {
  if (point < 0x20) return point === 9 || point === 10 || point === 13
  return point < 0xd800 || (point > 0xdfff && point !== 0xfffe && point !== 0xffff)
}
