// The variables of the four carriers, what each of them can't do without, and how its account names look.

import type { CarrierName } from '../domain/challenge.ts'
import { optional, SECRET, type Setting, withDefault } from './setting.ts'
import { identifier, origin, perSecond, phoneNumber, secrets, smsNumber, smsSender } from './value-schemas.ts'

export const CARRIER_SETTINGS = {
  TWILIO_ACCOUNT_SID: optional(identifier, 'Twilio account SID.'),
  TWILIO_AUTH_TOKEN: optional(secrets, 'Twilio auth token; a list to rotate, newest first.', SECRET),
  TWILIO_FROM: optional(phoneNumber, 'The number that Twilio calls come from, E.164.'),
  TWILIO_SMS_FROM: optional(
    smsSender,
    'The sender of Twilio messages: a number, a short code or a name of up to 11 characters. Unset: TWILIO_FROM.',
  ),
  TWILIO_MESSAGING_SERVICE_SID: optional(
    identifier,
    'A Twilio messaging service, which takes the place of TWILIO_SMS_FROM.',
  ),
  TWILIO_CALLS_PER_SECOND: withDefault(
    '1',
    perSecond,
    'Calls that the Twilio account may start in a second; off for any number. 1 unless set.',
  ),
  TWILIO_MESSAGES_PER_SECOND: withDefault(
    'off',
    perSecond,
    'Messages that the Twilio account may send in a second; off unless set: Twilio queues them.',
  ),
  TWILIO_BASE_URL: withDefault('https://api.twilio.com', origin, "Twilio's API, or a compatible one."),
  SIGNALWIRE_PROJECT_ID: optional(identifier, 'SignalWire project ID.'),
  SIGNALWIRE_API_TOKEN: optional(identifier, 'SignalWire API token with the voice and messaging scopes.', SECRET),
  SIGNALWIRE_SIGNING_KEY: optional(
    secrets,
    'SignalWire signing key, not the token; a list to rotate, newest first.',
    SECRET,
  ),
  SIGNALWIRE_FROM: optional(phoneNumber, 'The number that SignalWire calls come from, E.164.'),
  SIGNALWIRE_SMS_FROM: optional(
    smsSender,
    'The sender of SignalWire messages: a number, a short code or a name of up to 11 characters. Unset: SIGNALWIRE_FROM.',
  ),
  SIGNALWIRE_MESSAGING_SERVICE_SID: optional(
    identifier,
    'A SignalWire messaging service, which takes the place of SIGNALWIRE_SMS_FROM.',
  ),
  SIGNALWIRE_CALLS_PER_SECOND: withDefault(
    '1',
    perSecond,
    'Calls that the SignalWire account may start in a second; off for any number. 1 unless set.',
  ),
  SIGNALWIRE_MESSAGES_PER_SECOND: withDefault(
    'off',
    perSecond,
    'Messages that the SignalWire account may send in a second; off unless set: SignalWire queues them.',
  ),
  SIGNALWIRE_BASE_URL: optional(origin, "Your SignalWire space's origin.", {
    example: 'https://SPACE.signalwire.com',
  }),
  BANDWIDTH_ACCOUNT_ID: optional(identifier, 'Bandwidth account ID.'),
  BANDWIDTH_USERNAME: optional(identifier, 'Bandwidth API user.'),
  BANDWIDTH_PASSWORD: optional(identifier, 'Bandwidth API password.', SECRET),
  BANDWIDTH_VOICE_APPLICATION_ID: optional(identifier, 'Bandwidth voice application.'),
  BANDWIDTH_MESSAGING_APPLICATION_ID: optional(
    identifier,
    'Bandwidth messaging application; its callback URL is PUBLIC_URL/sms/bandwidth.',
  ),
  BANDWIDTH_FROM: optional(phoneNumber, 'The number that Bandwidth calls come from, E.164.'),
  BANDWIDTH_SMS_FROM: optional(
    smsNumber,
    'The sender of Bandwidth messages: a number or a short code. Unset: BANDWIDTH_FROM.',
  ),
  BANDWIDTH_CALLS_PER_SECOND: withDefault(
    '5',
    perSecond,
    'Calls that the Bandwidth account may start in a second; off for any number. 5 unless set.',
  ),
  BANDWIDTH_MESSAGES_PER_SECOND: withDefault(
    'off',
    perSecond,
    'Messages that the Bandwidth account may send in a second; off unless set: Bandwidth queues them.',
  ),
  BANDWIDTH_CALLBACK_USERNAME: optional(identifier, 'User with which Bandwidth calls us back: your choice.'),
  BANDWIDTH_CALLBACK_PASSWORD: optional(
    secrets,
    'Password with which Bandwidth calls us back: your choice, in production of at least 16 characters; a list to rotate, newest first.',
    SECRET,
  ),
  BANDWIDTH_VOICE_BASE_URL: withDefault('https://voice.bandwidth.com/api/v2', origin, "Bandwidth's voice API."),
  BANDWIDTH_MESSAGING_BASE_URL: withDefault(
    'https://messaging.bandwidth.com/api/v2',
    origin,
    "Bandwidth's messaging API.",
  ),
  PLIVO_AUTH_ID: optional(identifier, 'Plivo auth ID.'),
  PLIVO_AUTH_TOKEN: optional(secrets, 'Plivo auth token; a list to rotate, newest first.', SECRET),
  PLIVO_FROM: optional(phoneNumber, 'The number that Plivo calls come from, E.164.'),
  PLIVO_SMS_FROM: optional(
    smsSender,
    'The sender of Plivo messages: a number, a short code or a name of up to 11 characters. Unset: PLIVO_FROM.',
  ),
  PLIVO_POWERPACK_UUID: optional(identifier, 'A Plivo Powerpack, which takes the place of PLIVO_SMS_FROM.'),
  PLIVO_CALLS_PER_SECOND: withDefault(
    '2',
    perSecond,
    'Calls that the Plivo account may start in a second; off for any number. 2 unless set.',
  ),
  PLIVO_MESSAGES_PER_SECOND: withDefault(
    'off',
    perSecond,
    'Messages that the Plivo account may send in a second; off unless set: Plivo queues them.',
  ),
  PLIVO_BASE_URL: withDefault('https://api.plivo.com', origin, "Plivo's API."),
} as const satisfies Record<string, Setting>

type CarrierSetting = keyof typeof CARRIER_SETTINGS

/** Without these a carrier places no call; with one of them it is meant to. */
export const REQUIRED = {
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  signalwire: [
    'SIGNALWIRE_PROJECT_ID',
    'SIGNALWIRE_API_TOKEN',
    'SIGNALWIRE_SIGNING_KEY',
    'SIGNALWIRE_FROM',
    'SIGNALWIRE_BASE_URL',
  ],
  bandwidth: [
    'BANDWIDTH_ACCOUNT_ID',
    'BANDWIDTH_USERNAME',
    'BANDWIDTH_PASSWORD',
    'BANDWIDTH_VOICE_APPLICATION_ID',
    'BANDWIDTH_MESSAGING_APPLICATION_ID',
    'BANDWIDTH_FROM',
    'BANDWIDTH_CALLBACK_USERNAME',
    'BANDWIDTH_CALLBACK_PASSWORD',
  ],
  plivo: ['PLIVO_AUTH_ID', 'PLIVO_AUTH_TOKEN', 'PLIVO_FROM'],
} as const satisfies Record<CarrierName, CarrierSetting[]>

/** Where the account's credentials go; calls go to the first. */
export const BASE_URLS = {
  twilio: ['TWILIO_BASE_URL'],
  signalwire: ['SIGNALWIRE_BASE_URL'],
  bandwidth: ['BANDWIDTH_VOICE_BASE_URL', 'BANDWIDTH_MESSAGING_BASE_URL'],
  plivo: ['PLIVO_BASE_URL'],
} as const satisfies Record<CarrierName, [CarrierSetting, ...CarrierSetting[]]>

type AccountName = { setting: CarrierSetting; baseUrl: CarrierSetting; host: RegExp; shape: RegExp; expected: string }

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const OF_BANDWIDTH = { baseUrl: 'BANDWIDTH_VOICE_BASE_URL', host: /(^|\.)bandwidth\.com$/ } as const

/** How a carrier writes its accounts, by its API's reference. A compatible server under another host has its own way. */
export const ACCOUNT_NAMES: AccountName[] = [
  {
    setting: 'TWILIO_ACCOUNT_SID',
    baseUrl: 'TWILIO_BASE_URL',
    host: /(^|\.)twilio\.com$/,
    shape: /^AC[0-9a-f]{32}$/i,
    expected: 'AC and 32 hexadecimal digits',
  },
  {
    setting: 'SIGNALWIRE_PROJECT_ID',
    baseUrl: 'SIGNALWIRE_BASE_URL',
    host: /(^|\.)signalwire\.com$/,
    shape: UUID,
    expected: 'a UUID',
  },
  { ...OF_BANDWIDTH, setting: 'BANDWIDTH_ACCOUNT_ID', shape: /^\d+$/, expected: 'a number' },
  { ...OF_BANDWIDTH, setting: 'BANDWIDTH_VOICE_APPLICATION_ID', shape: UUID, expected: 'a UUID' },
  { ...OF_BANDWIDTH, setting: 'BANDWIDTH_MESSAGING_APPLICATION_ID', shape: UUID, expected: 'a UUID' },
  {
    setting: 'PLIVO_AUTH_ID',
    baseUrl: 'PLIVO_BASE_URL',
    host: /(^|\.)plivo\.com$/,
    shape: /^[MS]A[0-9A-Z]{18}$/,
    expected: 'MA or SA and 18 capital letters and digits',
  },
]
