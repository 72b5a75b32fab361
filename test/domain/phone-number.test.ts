import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { E164 } from '../../src/domain/challenge.ts'
import { maskNumber, parseNumber, prefixOf, refusedType } from '../../src/domain/phone-number.ts'

test('a number is read however people write it', () => {
  const table: [string, string | null, string, string][] = [
    ['+12025550123', null, '+12025550123', 'US'],
    ['+1 (202) 555-0123', null, '+12025550123', 'US'],
    ['+1.202.555.0123', null, '+12025550123', 'US'],
    ['+1\u00A0202\u2011555\u20130123', null, '+12025550123', 'US'],
    ['＋１（２０２）５５５－０１２３', null, '+12025550123', 'US'],
    ['202 555 0123', 'US', '+12025550123', 'US'],
    ['202 555 0123', 'us', '+12025550123', 'US'],
    ['1 202 555 0123', 'US', '+12025550123', 'US'],
    ['020 7946 0123', 'GB', '+442079460123', 'GB'],
    ['+44 (0)20 7946 0123', null, '+442079460123', 'GB'],
    ['011 44 20 7946 0123', 'US', '+442079460123', 'GB'],
    ['+442079460123', 'US', '+442079460123', 'GB'],
    ['090-1234-5678', 'JP', '+819012345678', 'JP'],
    ['０９０－１２３４－５６７８', 'JP', '+819012345678', 'JP'],
    ['090ー1234−5678', 'JP', '+819012345678', 'JP'],
    ['+447700900123', null, '+447700900123', 'GB'],
    ['06 39 98 12 34', 'FR', '+33639981234', 'FR'],
    ['\u202A+1 202-555-0123\u202C', null, '+12025550123', 'US'],
    ['\u2066+12025550123\u2069', null, '+12025550123', 'US'],
    ['\u202E+12025550123', null, '+12025550123', 'US'],
    ['\uFEFF+1\u200B202\u200D555\u00AD0123', null, '+12025550123', 'US'],
    ['\t+1\t202\t555\t0123\n', null, '+12025550123', 'US'],
    ['tel:+1-202-555-0123', null, '+12025550123', 'US'],
    ['TEL:+12025550123', null, '+12025550123', 'US'],
    ['030/1234567', 'DE', '+49301234567', 'DE'],
    ['+49 (30) / 123 45 67', null, '+49301234567', 'DE'],
    ['٢٠٢٥٥٥٠١٢٣', 'US', '+12025550123', 'US'],
    ['+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧', null, '+966501234567', 'SA'],
    ['۰۲۱ ۲۲۳۴ ۵۶۷۸', 'IR', '+982122345678', 'IR'],
    ['+९१ ९८७६५ ४३२१०', null, '+919876543210', 'IN'],
    ['+33\u00B76\u00B739\u00B798\u00B712\u00B734', null, '+33639981234', 'FR'],
    ['+5215512345678', null, '+525512345678', 'MX'],
    ['+52 1 55 1234 5678', null, '+525512345678', 'MX'],
    ['044 55 1234 5678', 'MX', '+525512345678', 'MX'],
    ['+525512345678', null, '+525512345678', 'MX'],
    ['+52 044 55 1234 5678', null, '+525512345678', 'MX'],
    ['+52 01 55 1234 5678', null, '+525512345678', 'MX'],
    ['\uFE6212025550123', null, '+12025550123', 'US'],
    ['\u207A1 202 555 0123', null, '+12025550123', 'US'],
    ['[+1] 202~555~0123', null, '+12025550123', 'US'],
    ['+1 \u2022 202 \u2022 555 \u2022 0123', null, '+12025550123', 'US'],
    ['+1_202_555_0123', null, '+12025550123', 'US'],
    ['8~10 1 202 555 0123', 'RU', '+12025550123', 'US'],
    ['+၁၂၀၂၅၅၅၀၁၂၃', null, '+12025550123', 'US'],
    ['+߁߂߀߂߅߅߅߀߁߂߃', null, '+12025550123', 'US'],
    ['+༡༢༠༢༥༥༥༠༡༢༣', null, '+12025550123', 'US'],
    ['+54 011 15 2345 6789', null, '+5491123456789', 'AR'],
    ['0495 123456789', 'DE', '+49495123456789', 'DE'],
    ['442079460123', 'GB', '+442079460123', 'GB'],
  ]
  for (const [input, region, number, owner] of table) {
    const parsed = parseNumber(input, region)
    assert.ok(parsed.ok, input)
    assert.deepEqual([parsed.number, parsed.region], [number, owner], input)
  }
})

test('the region is the number’s own: +1 belongs to 25 of them, +44 and +7 to several', () => {
  const table: [string, string | null, string][] = [
    ['+18765550123', null, 'JM'],
    ['876 555 0123', 'US', 'JM'],
    ['+18095550123', null, 'DO'],
    ['+14165550123', null, 'CA'],
    ['+447624123456', null, 'IM'],
    ['+77012345678', null, 'KZ'],
  ]
  for (const [input, region, owner] of table) {
    const parsed = parseNumber(input, region)
    assert.equal(parsed.ok && parsed.region, owner, input)
  }
})

test('what is no number is refused with its reason', () => {
  const table: [unknown, string | null, string][] = [
    [12025550123, null, 'not_a_string'],
    [null, null, 'not_a_string'],
    [['+12025550123'], null, 'not_a_string'],
    ['', null, 'malformed'],
    ['+', null, 'malformed'],
    ['()', 'US', 'malformed'],
    ['+1202555<b>0123', null, 'malformed'],
    ['+1202555012A', null, 'malformed'],
    ['1-800-FLOWERS', 'US', 'malformed'],
    ['+12025550123;ext=5', null, 'malformed'],
    ['+12025550123 ext 5', null, 'malformed'],
    ['+12025550123x5', null, 'malformed'],
    ['+12025550123,5', null, 'malformed'],
    ['tel:+12025550123;ext=5', null, 'malformed'],
    ['sip:+12025550123', null, 'malformed'],
    ['tel:tel:+12025550123', null, 'malformed'],
    ['+12025550123;phone-context=+44', null, 'malformed'],
    ['+1202\n5550123', null, 'malformed'],
    ['+1202555\u00000123', null, 'malformed'],
    ['\u202E', null, 'malformed'],
    ['+1+2025550123', null, 'malformed'],
    ['2025550123+', 'US', 'malformed'],
    ['٢٠٢٥٥٥٠١٢٣', null, 'needs_region'],
    ['𝟏𝟐𝟑', 'US', 'malformed'],
    ['①②③', 'US', 'malformed'],
    [`+12025550123${' '.repeat(60)}`, null, 'malformed'],
    ['2025550123', null, 'needs_region'],
    ['2025550123', 'XX', 'unknown_region'],
    ['2025550123', '', 'needs_region'],
    ['2025550123', 'constructor', 'unknown_region'],
    // The mobile number +49 1512 3456789, or the number 0491 512…: two different people.
    ['4915123456789', 'DE', 'ambiguous'],
    ['1-800-FLOWERS', null, 'malformed'],
    ['0044 20 7946 0123', null, 'needs_region'],
    ['0044 20 7946 0123', 'US', 'impossible'],
    ['+1 202 555 0123 / +1 202 555 0124', null, 'malformed'],
    ['#31#+12025550123', null, 'malformed'],
    ['+1_', null, 'impossible'],
    ['+1', null, 'impossible'],
    ['+123456', null, 'impossible'],
    ['+1202555012345', null, 'impossible'],
    ['+999123456789', null, 'impossible'],
    ['+00000000000', null, 'impossible'],
    ['+882123456789012345', null, 'impossible'],
    ['+10000000000', null, 'invalid'],
    ['+15555550100', null, 'invalid'],
  ]
  for (const [input, region, reason] of table) {
    const parsed = parseNumber(input, region)
    assert.equal(parsed.ok ? parsed.number : parsed.reason, reason, JSON.stringify(input))
  }
})

test('a range younger than the metadata is taken for the regions that the operator names', () => {
  const young = '+16243055500'
  const read = (input: string, ...regions: string[]) => {
    const parsed = parseNumber(input, null, new Set(regions))
    return parsed.ok ? [parsed.number, parsed.region, parsed.type] : parsed.reason
  }
  assert.equal(read(young), 'invalid')
  assert.equal(read(young, 'GB', 'DE'), 'invalid')
  assert.deepEqual(read(young, 'US'), [young, 'US', 'UNKNOWN'])
  assert.deepEqual(read(young, 'CA', 'US'), [young, 'CA', 'UNKNOWN'])
  // An area code that is another region's is never the named one's.
  assert.equal(read('+18761112222', 'US'), 'invalid')
  assert.deepEqual(read('+14161112222', 'US', 'CA').slice(1), ['CA', 'UNKNOWN'])
  assert.equal(read('+14161112222', 'US'), 'invalid')
  assert.deepEqual(read('+12021112222', 'CA', 'US').slice(1), ['US', 'UNKNOWN'])
  assert.equal(read('+1624305', 'US'), 'impossible')
  assert.equal(read('+162430555001', 'US'), 'impossible')
  assert.deepEqual(read('+12025550123', 'US').slice(0, 2), ['+12025550123', 'US'])
})

test('numbers that cost the caller, and networks of no country, are refused by their type', () => {
  const type = (input: string) => {
    const parsed = parseNumber(input, null)
    assert.ok(parsed.ok, input)
    return parsed.type
  }
  const refused = [
    '+19005551234', // premium
    '+448712345678', // UK 087x: shared cost or premium
    '+15005550006', // personal
    '+447012345678', // personal
    '+447640123456', // pager
    '+979123456789',
    '+881612345678',
    '+882161234567',
    '+8835100012345',
    '+870301234567',
    '+878101234567890',
    '+80812345678',
  ]
  for (const input of refused) assert.ok(refusedType(type(input)), `${input} ${type(input)}`)
  for (const kind of ['PREMIUM_RATE', 'SHARED_COST', 'UAN', 'PAGER', 'PERSONAL_NUMBER', 'VOICEMAIL']) {
    assert.ok(refusedType(kind))
  }
  for (const input of ['+12025550123', '+447700900123', '+18765550123', '+4915123456789']) {
    assert.ok(!refusedType(type(input)), input)
  }
})

test('whatever is given, reading it never throws and never repeats it', () => {
  fc.assert(
    fc.property(fc.anything(), fc.option(fc.string()), (input, region) => {
      const parsed = parseNumber(input, region)
      if (parsed.ok) assert.match(parsed.number, /^\+\d{5,15}$/)
    }),
  )
  const digits = fc.stringMatching(/^\+(88)?[1-9]\d{1,17}$/)
  fc.assert(
    fc.property(digits, (input) => {
      const parsed = parseNumber(input, null)
      if (parsed.ok) assert.match(parsed.number, /^\+\d{5,15}$/)
      else assert.ok(!parsed.message.includes(input))
    }),
  )
})

test('a mask keeps the country code and the last four digits', () => {
  assert.equal(maskNumber('+12025550123'), '+1••••••0123')
  assert.equal(maskNumber('+18765550123'), '+1••••••0123')
  assert.equal(maskNumber('+447700900123'), '+44••••••0123')
  assert.equal(maskNumber('+35321234567'), '+353••••4567')
  assert.equal(maskNumber('+29021'), '+290••')
  assert.equal(maskNumber('+2902158'), '+290••58')
})

test('a mask never shows more than four of the subscriber’s digits, and hides two at least', () => {
  const number = fc.stringMatching(/^\+[1-9]\d{4,14}$/) as fc.Arbitrary<E164>
  fc.assert(
    fc.property(number, (e164) => {
      const masked = maskNumber(e164)
      const [, code, hidden, shown] = /^\+(\d{0,3})(•+)(\d{0,4})$/.exec(masked) ?? assert.fail(masked)
      assert.equal(masked.length, e164.length)
      assert.ok(hidden!.length >= 2)
      assert.ok(e164.startsWith(`+${code}`) && e164.endsWith(shown!))
    }),
  )
})

test('a prefix is the number less its last four digits', () => {
  assert.equal(prefixOf('+12025550123'), '+1202555')
})
