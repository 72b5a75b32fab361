import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  listQueryOf,
  type ReadForm,
  readSearchForm,
  readSearchQuery,
  type Search,
  type SearchForm,
  searchPath,
} from '../../src/console/search-terms.ts'
import { numberHash } from '../../src/domain/one-time-codes.ts'

const SECRETS = ['the newest secret', 'the older secret']
const HASHES = SECRETS.map((secret) => numberHash(secret, '+12025550123'))
const inCountries = (...regions: string[]) => ({ secrets: SECRETS, regions: new Set(regions) })

const read = (form: SearchForm, known: Parameters<typeof readSearchForm>[1] = inCountries('US', 'GB')) =>
  readSearchForm(form, known)

function searchOf(form: ReadForm): Search {
  assert.ok('search' in form, JSON.stringify(form))
  return form.search
}

const errorsOf = (form: ReadForm) => ('errors' in form ? form.errors : {})

describe('the field', () => {
  test('a number is found under every listed secret, however it is written', () => {
    for (const text of ['+12025550123', '(202) 555-0123', ' 202.555.0123 ', '1 202 555 0123', 'tel:+1-202-555-0123'])
      assert.deepEqual(searchOf(read({ text })).numberHashes, HASHES, text)
  })

  test('a national number is each number that it may be in the countries that may be called', () => {
    const both = searchOf(read({ text: '020 7946 0123' }, inCountries('US', 'GB'))).numberHashes
    assert.deepEqual(
      both,
      SECRETS.map((secret) => numberHash(secret, '+442079460123')),
    )
    assert.match(errorsOf(read({ text: '202 555 0123' }, inCountries('GB'))).text!, /No country/)
    assert.match(errorsOf(read({ text: '202 555 0123' }, { secrets: SECRETS, regions: '*' })).text!, /country code/)
  })

  test('what is neither number nor id nor metadata is told so', () => {
    for (const [text, said] of [
      ['Ada', /Type a number/],
      ['chl_ 17', /no id/],
      ['+1••••••0123', /masked/],
      ['=17', /key=value/],
      [`order=${'7'.repeat(501)}`, /key=value/],
      ['order=\0', /key=value/],
      ['٣', /number/i],
    ] as const)
      assert.match(errorsOf(read({ text })).text ?? '', said, text)
  })

  test('an id leads to its challenge', () => {
    assert.deepEqual(read({ text: ' chl_abc-DEF_1 ', status: 'approved' }), { challenge: 'chl_abc-DEF_1' })
  })

  test('a value of metadata may have an equals sign, and neither field a surrounding space', () => {
    assert.deepEqual(searchOf(read({ text: 'query = a=b ' })).metadata, { key: 'query', value: 'a=b' })
  })
})

describe('the address', () => {
  test('leads back to the same search, and has no number', () => {
    for (const form of [
      {},
      { text: '+12025550123', status: 'undelivered' },
      { text: 'order=A 17&x=é', from: '2026-01-31T12:00', until: '2026-02-01T00:00' },
    ]) {
      const search = { ...searchOf(read(form)), after: { createdAt: '1700000000000000', id: 'chl_x' } }
      const path = searchPath(search)
      assert.doesNotMatch(path, /2025550123/)
      const query = Object.fromEntries(new URL(path, 'http://localhost').searchParams)
      assert.deepEqual(readSearchQuery(query), search)
    }
    assert.equal(searchPath(searchOf(read({}))), 'search')
  })

  test('that was not made here is refused', () => {
    for (const query of [
      { number: '+12025550123' },
      { number: HASHES.join(',') },
      { number: '' },
      { status: 'lost' },
      { from: 'yesterday' },
      { until: '2026-02-30T12:00:00Z' },
      { metadata: 'order' },
      { metadata: 'order=\0' },
      { cursor: 'x' },
    ])
      assert.equal(readSearchQuery(query), null, JSON.stringify(query))
  })
})

test('a time is the minute that was named, in UTC, and the end is not in it', () => {
  const query = listQueryOf(searchOf(read({ from: '2026-01-31T12:00', until: '2026-02-01T00:00' })), 25)
  assert.equal(query.createdAfter, Date.UTC(2026, 0, 31, 12) - 1)
  assert.deepEqual(query.after, { createdAt: `${Date.UTC(2026, 1, 1)}000`, id: '' })
  for (const [form, field] of [
    [{ from: '2026-02-01T00:00', until: '2026-02-01T00:00' }, 'until'],
    [{ from: '2026-13-01T00:00' }, 'from'],
    [{ status: 'lost' }, 'status'],
  ] as const)
    assert.deepEqual(Object.keys(errorsOf(read(form))), [field])
})
