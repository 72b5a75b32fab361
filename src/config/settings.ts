// Every setting, once. `.env.example` is written from this table, and a test compares.

import { z } from 'zod'
import { CARRIERS } from '../domain/challenge.ts'
import { POLICIES } from '../guard/policy.ts'
import { LOG_FORMATS, LOG_LEVELS } from '../log/logger.ts'
import { CARRIER_SETTINGS } from './carrier-settings.ts'
import { LIMIT_SETTINGS } from './limit-settings.ts'
import { optional, SECRET, type Setting, withDefault } from './setting.ts'
import { TRACE_SETTINGS } from './trace-settings.ts'
import { TRAFFIC_SETTINGS } from './traffic-settings.ts'
import {
  duration,
  headerName,
  hostName,
  list,
  listenAddress,
  oneOf,
  onOff,
  origin,
  origins,
  port,
  pushUrl,
  quietHours,
  regions,
  secrets,
  severalOf,
  speed,
  spoken,
  text,
} from './value-schemas.ts'

export const SETTINGS = {
  PORT: withDefault('3000', port, 'Port to listen on. 3000 unless set.'),
  HOST: optional(listenAddress, 'Address to listen on. Unless set: 127.0.0.1, in production every address.'),
  PUBLIC_URL: optional(
    origin,
    'The https origin (and path prefix) under which carriers reach this server. They sign it.',
    { example: 'https://verify.example.com' },
  ),
  CLIENT_ADDRESS_HEADER: withDefault(
    'X-Forwarded-For',
    headerName,
    'Where the proxy in front writes the address of a client, for a fair share of the sign-ins of the console. Of a list the last counts. X-Forwarded-For unless set.',
  ),
  DATABASE_URL: optional(
    z.string().regex(/^postgres(ql)?:\/\//, 'does not begin with postgres:// or postgresql://'),
    'Postgres, as postgres://user:password@host/database. Unset: embedded, in DATA_DIR.',
    SECRET,
  ),
  DATABASE_DIRECT_URL: optional(
    z.string().regex(/^postgres(ql)?:\/\//, 'does not begin with postgres:// or postgresql://'),
    'The same database past its pooler, for LISTEN and migrations. Needed where DATABASE_URL is a transaction pooler.',
    SECRET,
  ),
  DATABASE_PREPARE: withDefault('on', onOff, 'off: no prepared statements, for poolers that lose them. on unless set.'),
  DATA_DIR: withDefault(
    './data',
    text,
    'Where the embedded database and the keys drawn for you are kept. ./data unless set.',
  ),
  EMBEDDED: withDefault(
    'off',
    onOff,
    'on: production too may keep everything in the embedded database, on one instance with a disk of its own.',
  ),
  SECRET: optional(
    list,
    'Master secret of at least 32 characters; a comma-separated list to rotate, newest first. Codes, page tokens and number hashes derive from it.',
    SECRET,
  ),
  API_KEY: optional(
    secrets.pipe(
      z.array(
        z
          .string()
          .regex(/^(?!pgt_)/, 'begins with pgt_, as page tokens do')
          .regex(/^[\x21-\x7e]+$/, 'has a character in it that is not printable ASCII'),
      ),
    ),
    "The first service's API key, of at least 24 characters without blanks; a list to rotate. Created at start if absent.",
    SECRET,
  ),
  SERVICE_NAME: optional(
    spoken(60),
    "The name that the person hears first. Unless set: Answerback, and the bank's while the demo is there.",
    { example: 'Saltmarsh Bank' },
  ),
  ORIGIN: optional(
    hostName,
    'Host name of the pages on which codes are typed: the last line of a message lets browsers fill them in.',
    { example: 'app.example.com' },
  ),
  RETURN_ORIGINS: optional(
    origins,
    'Where the hosted page of a challenge (/c/<id>?return_url=…) may lead when it is done. Unset: nowhere.',
    { example: 'https://app.example.com' },
  ),
  CARRIERS: optional(
    severalOf(CARRIERS),
    `Carriers in order of preference, of ${CARRIERS.join(', ')}. Unset: all that have settings.`,
    { example: 'twilio,bandwidth' },
  ),
  ...CARRIER_SETTINGS,
  EXCHANGE: withDefault(
    'twilio,bandwidth',
    severalOf(CARRIERS),
    'With no carrier set, in development: the companies that the exchange plays, in order. twilio,bandwidth unless set.',
  ),
  EXCHANGE_SPEED: withDefault(
    '1',
    speed,
    'How many times faster than in real time the exchange dials and speaks. 1 unless set.',
  ),
  EXCHANGE_WAIT_FACTOR: withDefault(
    '1',
    speed,
    'How many times longer than asked a phone of the exchange rings on, and a call waits for keys. 1 unless set.',
  ),
  DEMO: withDefault(
    'off',
    onOff,
    'on: the demo is there although a carrier is set, in development and for this machine alone. It places real calls.',
  ),
  WEBHOOK_URL: optional(pushUrl, 'The https URL to which outcomes are pushed, by Standard Webhooks. Unset: nowhere.', {
    example: 'https://app.example.com/webhooks/answerback',
  }),
  WEBHOOK_SECRET: optional(
    list.pipe(
      z.array(z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'is not whsec_ and 24 to 64 bytes in base64')),
    ),
    'whsec_ and 24 to 64 random bytes in base64; a list to rotate, newest first.',
    SECRET,
  ),
  WEBHOOK_PRIVATE: withDefault(
    'off',
    onOff,
    'on: WEBHOOK_URL may lead to a private address, and be plain http, where your app is a neighbour of this server.',
  ),
  ALLOWED_COUNTRIES: optional(
    regions,
    'Regions that may be called, by ISO code; * for all. Unset: the regions of the …_FROM numbers.',
    { example: 'US,GB' },
  ),
  POSSIBLE_NUMBERS: optional(
    regions,
    'Regions of which a number is taken that belongs to no range known here, if its length is possible: ranges younger than the metadata. An area code of +1 that is not known here counts as of the first of its regions that is named. Unset: none.',
    { example: 'US,CA' },
  ),
  ...LIMIT_SETTINGS,
  RESEND_COOLDOWN: withDefault(
    '10s',
    duration.transform((seconds) => seconds ?? 0),
    'Least time between two deliveries of one challenge: 10s unless set; off for none.',
  ),
  FRAUD_FREEZE: withDefault(
    '24h',
    duration
      .refine((seconds) => seconds !== null && seconds > 0, 'is no time in which a number could be frozen')
      .transform(Number),
    'After key 9, how long the service can reach the number by nothing: 24h unless set, and at least 1s. npm run guard -- unblock ends it.',
  ),
  QUIET_HOURS: withDefault(
    '21:00-08:00',
    quietHours,
    'When nobody is called or texted for a challenge of initiated_by: app, by the clocks of the number: 21:00-08:00 unless set; off for never.',
  ),
  ...TRAFFIC_SETTINGS,
  RETENTION: withDefault(
    '30d',
    duration,
    'How long an ended challenge keeps number, details, message and metadata: 30d unless set; 0s for not at all, off for ever.',
  ),
  LEDGER_RETENTION: withDefault(
    '400d',
    duration,
    'How long an ended challenge, its ledger and the audit log are kept at all: 400d unless set; off for ever.',
  ),
  GATE: withDefault(
    'on',
    onOff,
    'on: a code is spoken only after two keys drawn for this call were pressed, so no voicemail records it.',
  ),
  SHARED_PHRASE: withDefault(
    'off',
    onOff,
    'on: a call begins with two words that the page shows too, unless the creation says shared_phrase: false. off unless set.',
  ),
  APPROVE_KEY: withDefault(
    '1',
    oneOf(['1', 'drawn']),
    'The key that approves in approve: 1, or drawn for each call (2 to 8) and named by it. 1 unless set.',
  ),
  DETECT_VOICEMAIL: withDefault(
    'off',
    onOff,
    'on: the carrier listens for answering machines, at extra cost. Only ever a hint.',
  ),
  LOG_LEVEL: withDefault(
    'info',
    oneOf(LOG_LEVELS),
    `How much is logged, of ${LOG_LEVELS.join(', ')}. info unless set.`,
  ),
  LOG_FORMAT: optional(
    oneOf(LOG_FORMATS),
    'How a log line is written: json or pretty. Unset: pretty at a terminal, json elsewhere.',
    { example: 'json' },
  ),
  METRICS_TOKEN: optional(
    secrets.pipe(z.array(z.string().min(16, 'is shorter than 16 characters'))),
    'Bearer token for GET /metrics, of at least 16 characters; a list to rotate. Unset: there are metrics in development only, for this machine.',
    SECRET,
  ),
  ...TRACE_SETTINGS,
  POLICY: withDefault(
    'standard',
    oneOf(POLICIES),
    'The standard that creations are held to: asvs (OWASP ASVS 5.0), nist (SP 800-63B-4) or standard, which is none. standard unless set.',
  ),
  ALTERNATIVES: optional(
    severalOf(['totp', 'passkey', 'security_key', 'recovery_codes']),
    'What your app offers to those who take no call, of totp, passkey, security_key, recovery_codes. POLICY=nist needs it in production.',
    { example: 'totp,recovery_codes' },
  ),
} as const satisfies Record<string, Setting>

export type Values = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]['schema']> }
