// What an operator is told of a wrong setting: its name, its value unless that is a secret, and what is wrong with it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Config, readConfig } from '../../src/config/read-config.ts'
import { environmentSettings, ownSettings } from '../../src/config/service-settings.ts'
import { trafficSettings } from '../../src/config/traffic-modes.ts'

type Variables = Record<string, string>

const TWILIO = {
  TWILIO_ACCOUNT_SID: 'AC0123456789abcdef0123456789abcdef',
  TWILIO_AUTH_TOKEN: 'a-token-of-twilio',
  TWILIO_FROM: '+12025550100',
}
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://verify.example.com',
  DATABASE_URL: 'postgres://answerback@db/answerback',
  SECRET: 'correct horse battery staple twice over',
  API_KEY: 'key_of_at_least_24_characters',
  ...TWILIO,
}

function faults(variables: Variables): string[] {
  const config = readConfig(variables)
  return 'faults' in config ? config.faults : []
}

function config(variables: Variables): Config {
  const read = readConfig(variables)
  if ('faults' in read) assert.fail(read.faults.join('\n'))
  return read
}

/** One fault, and this is it. */
function assertFault(variables: Variables, expected: RegExp): void {
  const found = faults(variables)
  assert.equal(found.length, 1, found.join('\n'))
  assert.match(found[0]!, expected)
}

test('an empty environment, and one with all that production needs, are valid configurations', () => {
  assert.equal(config({}).PORT, 3000)
  assert.deepEqual(config(PRODUCTION).carriers, ['twilio'])
})

test('a secret that stands twice in its list is one', () => {
  const SECRET = PRODUCTION.SECRET
  const WEBHOOK_SECRET = `whsec_${'a'.repeat(32)}`
  const twice = config({
    ...PRODUCTION,
    SECRET: `${SECRET}, ${SECRET} of old, ${SECRET}`,
    API_KEY: `${PRODUCTION.API_KEY},${PRODUCTION.API_KEY}`,
    TWILIO_AUTH_TOKEN: 'a,a ,b',
    WEBHOOK_URL: 'https://app.example.com/',
    WEBHOOK_SECRET: `${WEBHOOK_SECRET},${WEBHOOK_SECRET}`,
  })
  assert.deepEqual(twice.SECRET, [SECRET, `${SECRET} of old`])
  assert.deepEqual(twice.API_KEY, [PRODUCTION.API_KEY])
  assert.deepEqual(twice.TWILIO_AUTH_TOKEN, ['a', 'b'])
  assert.deepEqual(twice.WEBHOOK_SECRET, [WEBHOOK_SECRET])
})

describe('a wrong value is shown, with what is wrong with it', () => {
  const WRONG: [Variables, RegExp][] = [
    [{ PORT: 'abc' }, /^PORT: "abc" is no whole number from 0 to 65535\.$/],
    [{ PORT: '65536' }, /^PORT: "65536" is no whole number/],
    [{ GATE: 'yes' }, /^GATE: "yes" is neither on nor off\.$/],
    [{ HOST: 'http://0.0.0.0' }, /^HOST: "http:\/\/0\.0\.0\.0" is no address or host name/],
    [{ PUBLIC_URL: 'verify.example.com' }, /^PUBLIC_URL: "verify\.example\.com" does not begin with https:\/\/\.$/],
    [{ PUBLIC_URL: 'https://v.example/?a=1' }, /^PUBLIC_URL: .* has a \? or a # in it/],
    [{ PUBLIC_URL: 'https://my_host.example.com' }, /^PUBLIC_URL: "https:\/\/my_host.example.com" has an underscore/],
    [{ ...PRODUCTION, PUBLIC_URL: 'http://v.example' }, /^PUBLIC_URL: "http:\/\/v\.example" is not https/],
    [{ ALLOWED_COUNTRIES: 'US,UK' }, /^ALLOWED_COUNTRIES: "US,UK" has UK in it, whose ISO code is GB\.$/],
    [{ ALLOWED_COUNTRIES: 'Germany' }, /^ALLOWED_COUNTRIES: "Germany" is no list of ISO codes/],
    [{ CARRIERS: 'twillio' }, /^CARRIERS: "twillio" has a name in it that is none of twilio, signalwire/],
    [{ POLICY: 'strict' }, /^POLICY: "strict" is none of standard, asvs, nist\.$/],
    [{ RETENTION: '30 days' }, /^RETENTION: "30 days" is no duration such as/],
    [{ LIMIT_PER_IP: '10' }, /^LIMIT_PER_IP: "10" is no list of limits such as 3\/10m/],
    [
      { SPENDING_LIMIT: '20.5/h' },
      /^SPENDING_LIMIT: "20.5\/h" is no list of whole amounts of money such as 20\/h,100\/d \(/,
    ],
    [{ SPENDING_PER_SERVICE: '$20/h' }, /^SPENDING_PER_SERVICE: .* is no list of whole amounts of money such as/],
    [{ SPENDING_PER_SERVICE: '20/10m' }, /^SPENDING_PER_SERVICE: .* has a time in it that is neither an hour/],
    [{ ORIGIN: 'https://app.example.com' }, /^ORIGIN: .* is no host name: neither a scheme/],
    [{ TWILIO_FROM: '2025550100', ...without(TWILIO, 'TWILIO_FROM') }, /^TWILIO_FROM: "2025550100" .*country code/],
    [
      { ...TWILIO, TWILIO_ACCOUNT_SID: 'AC\u200b12' },
      /^TWILIO_ACCOUNT_SID: "AC\u200b12" has an invisible character in it \(U\+200B\)\.$/,
    ],
    [
      { ...TWILIO, TWILIO_AUTH_TOKEN: 'a,to\u00adken' },
      /^TWILIO_AUTH_TOKEN: … \(8 characters\) has an .* \(U\+00AD\)\.$/,
    ],
    [{ ...TWILIO, TWILIO_ACCOUNT_SID: 'AC 12' }, /^TWILIO_ACCOUNT_SID: "AC 12" has white space in it\.$/],
  ]
  for (const [variables, expected] of WRONG) {
    test(String(expected), () => assertFault(variables, expected))
  }
})

describe("an account's name is checked as its carrier documents it", () => {
  const OTHERS: Record<string, Variables> = {
    signalwire: {
      SIGNALWIRE_PROJECT_ID: '01234567-89ab-cdef-0123-456789abcdef',
      SIGNALWIRE_API_TOKEN: 'PT',
      SIGNALWIRE_SIGNING_KEY: 'PSK',
      SIGNALWIRE_FROM: '+12025550101',
      SIGNALWIRE_BASE_URL: 'https://example.signalwire.com',
    },
    bandwidth: {
      BANDWIDTH_ACCOUNT_ID: '5500000',
      BANDWIDTH_USERNAME: 'user',
      BANDWIDTH_PASSWORD: 'password',
      BANDWIDTH_VOICE_APPLICATION_ID: '01234567-89ab-cdef-0123-456789abcdef',
      BANDWIDTH_MESSAGING_APPLICATION_ID: '01234567-89ab-cdef-0123-456789abcdef',
      BANDWIDTH_FROM: '+12025550102',
      BANDWIDTH_CALLBACK_USERNAME: 'bandwidth',
      BANDWIDTH_CALLBACK_PASSWORD: 'a-password-of-our-own',
    },
    plivo: { PLIVO_AUTH_ID: 'MA0123456789ABCDEFGH', PLIVO_AUTH_TOKEN: 'token', PLIVO_FROM: '+12025550103' },
  }

  test('the documented format is accepted', () => {
    const all = config(Object.assign({}, TWILIO, ...Object.values(OTHERS)))
    assert.deepEqual(all.carriers, ['twilio', 'signalwire', 'bandwidth', 'plivo'])
  })

  for (const [carrier, name, wanted] of [
    ['twilio', 'TWILIO_ACCOUNT_SID', 'AC and 32 hexadecimal digits'],
    ['signalwire', 'SIGNALWIRE_PROJECT_ID', 'a UUID'],
    ['bandwidth', 'BANDWIDTH_ACCOUNT_ID', 'a number'],
    ['bandwidth', 'BANDWIDTH_VOICE_APPLICATION_ID', 'a UUID'],
    ['bandwidth', 'BANDWIDTH_MESSAGING_APPLICATION_ID', 'a UUID'],
    ['plivo', 'PLIVO_AUTH_ID', 'MA or SA and 18 capital letters and digits'],
  ] as const) {
    test(`${name}=hello is refused`, () => {
      const variables = { ...(OTHERS[carrier] ?? TWILIO), [name]: 'hello' }
      assert.deepEqual(faults(variables), [`${name}: "hello" is not ${wanted}.`])
    })
  }

  test('with a base URL of its own, the format of an account name is not checked', () => {
    const elsewhere = { ...TWILIO, TWILIO_ACCOUNT_SID: 'hello', TWILIO_BASE_URL: 'https://api.example.com' }
    assert.equal(config(elsewhere).TWILIO_ACCOUNT_SID, 'hello')
  })
})

test('two limits for the same time are a fault, however they are written', () => {
  for (const name of ['LIMIT_PER_NUMBER', 'LIMIT_PER_PREFIX', 'LIMIT_PER_IP'])
    for (const twice of ['3/h,5/60m', '3/10m,3/10m', '1/d,2/h,9/24h'])
      assertFault({ [name]: twice }, new RegExp(`^${name}: .* has two limits in it for the same time`))
  assert.deepEqual(faults({ LIMIT_PER_NUMBER: '3/10m,5/h,10/d' }), [])
})

describe('a policy needs settings of its own', () => {
  for (const name of ['LIMIT_PER_NUMBER', 'LIMIT_PER_PREFIX', 'LIMIT_PER_IP'])
    test(`${name}=off is a fault under asvs, and under no other`, () => {
      assertFault({ POLICY: 'asvs', [name]: 'off' }, new RegExp(`^${name}: it is off, and POLICY=asvs needs it`))
      assert.deepEqual(faults({ POLICY: 'nist', [name]: 'off' }), [])
      assert.deepEqual(faults({ POLICY: 'asvs', [name]: '1/s' }), [])
    })

  test('nist wants the alternatives declared, in production', () => {
    assertFault({ ...PRODUCTION, POLICY: 'nist' }, /^ALTERNATIVES: it is not set\. .*SP 800-63B-4, 3\.1\.3\.3/)
    assert.deepEqual(faults({ ...PRODUCTION, POLICY: 'nist', ALTERNATIVES: 'totp' }), [])
    assert.deepEqual(faults({ POLICY: 'nist' }), [])
    assertFault({ ALTERNATIVES: 'email' }, /^ALTERNATIVES: "email" has a name in it that is none of totp, passkey/)
  })
})

describe('a misspelt variable is a fault with the nearest name in it', () => {
  for (const [name, nearest] of [
    ['TWILIO_ACOUNT_SID', 'TWILIO_ACCOUNT_SID'],
    ['TWILIO_AUTH_TOKENS', 'TWILIO_AUTH_TOKEN'],
    ['twilio_from', 'TWILIO_FROM'],
    ['SIGNALWIRE_SPACE', 'SIGNALWIRE_FROM'],
    ['PUBLC_URL', 'PUBLIC_URL'],
    ['DATABSAE_URL', 'DATABASE_URL'],
    ['ALLOWED_COUNTRY', 'ALLOWED_COUNTRIES'],
    ['LIMIT_PER_NUMER', 'LIMIT_PER_NUMBER'],
    ['API_KEYS', 'API_KEY'],
    ['RETENSION', 'RETENTION'],
    ['TWILIO_TOKEN', 'TWILIO_AUTH_TOKEN'],
    ['TWILIO_SID', 'TWILIO_ACCOUNT_SID'],
    ['POLCY', 'POLICY'],
    ['PORT ', 'PORT'],
    [' DATABASE_URL', 'DATABASE_URL'],
    ['port', 'PORT'],
    ['NODE_EVN', 'NODE_ENV'],
  ]) {
    test(`${name} → ${nearest}`, () => {
      assert.deepEqual(faults({ [name!]: 'x' }), [`${name}: there is no such setting. Is ${nearest} meant?`])
    })
  }

  test("what belongs to the host, the shell or the exchange's own process is none", () => {
    const others = [
      ...['HOSTNAME', 'HOME', 'PATH', 'SHELL', 'LANG', 'PORTS', 'HOSTS', 'NODE_OPTIONS', 'npm_config_registry'],
      ...['DATABASE_URL_UNPOOLED', 'DATABASE_PUBLIC_URL', 'PGHOST', 'SERVICE_PORT', 'KUBERNETES_SERVICE_HOST'],
      ...['EXCHANGE_TOKEN', 'EXCHANGE_RECEIPTS_URL', 'TEST_DATABASE_URL', 'XDG_DATA_DIRS', 'OLDPWD'],
    ]
    assert.deepEqual(faults(Object.fromEntries(others.map((name) => [name, 'x']))), [])
  })
})

describe('no secret is shown', () => {
  test('only how long it is', () => {
    const found = faults({
      ...PRODUCTION,
      SECRET: 'too short',
      API_KEY: 'pgt_of_a_page_but_long_enough',
      TWILIO_AUTH_TOKEN: 'one two',
      DATABASE_URL: 'mysql://me:hunter2@db/answerback',
    })
    assert.equal(found.length, 4)
    for (const secret of ['too short', 'of_a_page', 'one two', 'hunter2'])
      for (const fault of found) assert.ok(!fault.includes(secret), fault)
    assert.match(
      found.join('\n'),
      /^SECRET: … \(9 characters\) is shorter than 32 characters\. Try: openssl rand -hex 32$/m,
    )
    assert.match(found.join('\n'), /^DATABASE_URL: … \(32 characters\) does not begin with postgres:\/\//m)
  })

  test('nor in the place of another value', () => {
    const token = 'd8e8fca2dc0f896fd7cb4cb0031ba249'
    assertFault({ ...TWILIO, TWILIO_ACCOUNT_SID: token }, /^TWILIO_ACCOUNT_SID: "d8…" \(32 characters\) is not AC/)
    assertFault({ PUBLIC_URL: 'https://me:hunter2@v.example' }, /^PUBLIC_URL: "https:\/\/…@v.example" has a user/)
  })
})

describe('white space, invisible characters and quotes around a value are removed', () => {
  test('white space, zero-width marks and quotes', () => {
    for (const [before, after] of [
      ['', ' '],
      ['\t', '\r'],
      ['', '\n'],
      ['\u200b', '\ufeff'],
      ['"', '"'],
      ["'", "' "],
      ['“', '”'],
    ]) {
      const read = config(
        Object.fromEntries(Object.entries(TWILIO).map(([name, value]) => [name, `${before}${value}${after}`])),
      )
      assert.equal(read.TWILIO_ACCOUNT_SID, TWILIO.TWILIO_ACCOUNT_SID)
      assert.deepEqual(read.TWILIO_AUTH_TOKEN, [TWILIO.TWILIO_AUTH_TOKEN])
    }
    assert.equal(config({ SERVICE_NAME: '""' }).SERVICE_NAME, undefined)
    assert.equal(config({ SERVICE_NAME: 'The "Saltmarsh"' }).SERVICE_NAME, 'The "Saltmarsh"')
  })

  test('a host in Unicode is taken as carriers write it', () => {
    assert.equal(
      config({ PUBLIC_URL: 'https://Prüfung.example.com/a/' }).publicUrl,
      'https://xn--prfung-4ya.example.com/a',
    )
  })

  test('NODE_ENV with a blank behind it is production too', () => {
    assert.ok(faults({ NODE_ENV: 'production ' }).length > 3)
    for (const value of ['"production"', "'production'"]) assert.ok(faults({ NODE_ENV: value }).length > 3, value)
  })

  test('NODE_ENV that is nearly production is not taken for development', () => {
    for (const value of ['prod', 'Production', 'PRODUCTION', 'prodution', 'live'])
      assert.deepEqual(faults({ NODE_ENV: value }), [`NODE_ENV: "${value}" is not production. Is that meant?`])
    for (const value of ['', 'development', 'test', 'staging', 'local']) config({ NODE_ENV: value })
  })

  test('a host, a name and a number are read as they are used', () => {
    for (const HOST of ['0.0.0.0', '::', '::1', 'fe80::1', 'db_1.internal']) assert.equal(config({ HOST }).host, HOST)
    assert.equal(config({ HOST: 'localhost' }).host, '127.0.0.1')
    assert.equal(config({ ...PRODUCTION, HOST: 'fe80::1%eth0' }).host, 'fe80::1%eth0')
    for (const HOST of ['fe80::1%eth0', 'fe80::1%2'])
      assertFault({ HOST }, /^HOST: ".*" has no place in a URL, by which .* reach this server: 127\.0\.0\.1 does\.$/)
    for (const HOST of ['0.0.0.0:3000', '[::]', 'localhost:80', '256.1.1.1', '1.2.3', 'http://a'])
      assertFault(
        { HOST },
        /^HOST: ".*" is no address or host name: neither a scheme, a port nor a path belongs in it\.$/,
      )
    assert.equal(config({ ORIGIN: 'Bücher.example' }).ORIGIN, 'xn--bcher-kva.example')
    assert.equal(config({ ORIGIN: 'APP.example.com' }).ORIGIN, 'app.example.com')
    for (const ORIGIN of ['..', '-a.example', 'app.example.com:3000', 'a@b.example', '*.example.com', 'a b'])
      assertFault({ ORIGIN }, /^ORIGIN: ".*" is no host name/)
    assertFault({ PUBLIC_URL: 'https://*.example.com' }, /^PUBLIC_URL: .* has a \* in its host name/)
    assertFault(
      { ...TWILIO, TWILIO_FROM: '12025550100' },
      /can't be called from: it does not begin with \+ and the country code\.$/,
    )
    assertFault({ ...TWILIO, TWILIO_FROM: 'Acme' }, /can't be called from: Write the number .* of its own\.$/)
    assert.equal(config({ SERVICE_NAME: 'Salt\u200bmarsh' }).SERVICE_NAME, 'Saltmarsh')
    for (const SERVICE_NAME of ['\u2800', '…', '\u202e\u0301'])
      assertFault({ SERVICE_NAME }, /^SERVICE_NAME: .* has no letter, digit or sign in it that can be said\.$/)
    assertFault({ SERVICE_NAME: `${'\u0344'.repeat(31)}a` }, /^SERVICE_NAME: .* is longer than 60 characters\.$/)
  })
})

describe('production', () => {
  test('without a database says so, unless one instance is meant', () => {
    const { DATABASE_URL, ...rest } = PRODUCTION
    assertFault(rest, /^DATABASE_URL: it is not set\. .*EMBEDDED=on/)
    assert.equal(config({ ...rest, EMBEDDED: 'on' }).DATABASE_URL, undefined)
    assert.equal(DATABASE_URL, config(PRODUCTION).DATABASE_URL)
  })

  test('enforces the rules on traffic where the limit of a prefix is on, and elsewhere records', () => {
    const modes = (variables: Variables) => {
      const { carriers, ...others } = trafficSettings(config(variables)).modes
      assert.equal(carriers, 'record', 'which only tells')
      return new Set(Object.values(others))
    }
    assert.deepEqual([...modes(PRODUCTION)], ['enforce'])
    assert.deepEqual([...modes({ ...PRODUCTION, LIMIT_PER_PREFIX: 'off' })], ['record'])
    assert.deepEqual([...modes({})], ['record'])
    assert.deepEqual([...modes({ GUARD_SPENDING: 'enforce' })].toSorted(), ['enforce', 'record'])
  })

  test('limits a network unless its addresses are not limited either', () => {
    const network = (variables: Variables) => environmentSettings(config(variables)).limits.network?.length
    assert.deepEqual([{}, { LIMIT_PER_IP: 'off' }, { LIMIT_PER_NETWORK: 'off' }].map(network), [1, 0, 0])
    assert.equal(network({ LIMIT_PER_IP: 'off', LIMIT_PER_NETWORK: '9/h' }), 1)
  })

  test('lists with a wrong value what is missing beside it', () => {
    const names = (variables: Variables) => faults(variables).map((fault) => fault.slice(0, fault.indexOf(':')))
    const account = Object.keys(TWILIO)
    assert.deepEqual(names({ CARRIERS: 'twilio,bandwith' }), ['CARRIERS', ...account])
    assert.deepEqual(names({ TWILIO_FROM: '12025550100' }).toSorted(), account.toSorted())
    assert.deepEqual(names({ WEBHOOK_URL: 'ftp://app.example.com' }), ['WEBHOOK_URL', 'WEBHOOK_SECRET'])
  })

  test('lists all that is missing at once', () => {
    const names = faults({ NODE_ENV: 'production' }).map((fault) => fault.slice(0, fault.indexOf(':')))
    assert.deepEqual(names.toSorted(), ['API_KEY', 'CARRIERS', 'DATABASE_URL', 'PUBLIC_URL', 'SECRET'])
  })
})

function without(variables: Variables, name: string): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([key]) => key !== name))
}

test('a limit that a service had turned off before POLICY=asvs was set is the one of the server', () => {
  const config = readConfig({ ...TWILIO, POLICY: 'asvs', LIMIT_PER_NUMBER: '4/h' })
  assert.ok(!('faults' in config))
  const { limits } = ownSettings(config, { LIMIT_PER_NUMBER: 'off', LIMIT_PER_IP: '7/h' })
  assert.deepEqual([limits?.number, limits?.ip], [[{ max: 4, seconds: 3600 }], [{ max: 7, seconds: 3600 }]])
})
