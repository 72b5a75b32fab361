// What goes over the wire: these schemas validate requests, type answers and describe both in the OpenAPI document.

import { z } from '@hono/zod-openapi'
import { CARRIERS, CHANNELS, FLOWS } from '../domain/challenge.ts'
import { LOCALES } from '../domain/locale.ts'
import { sanitizeMessage, sanitizeText } from '../domain/sanitize-text.ts'
import { REASONS, RESULTS, STATUSES } from './outcomes.ts'

const SCOPE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} _.-]{0,39}$/u
const E164 = /^\+[1-9]\d{6,14}$/
const PLACEHOLDERS = ['{CODE}', '{NAME}', '{SCOPE}']

/** Text for people. Counted in code points, as JSON Schema does, and not in UTF-16 units as Zod does. */
function text(max: number) {
  return (
    z
      .string()
      .min(1)
      // Some characters become several when they are normalised, which is how they are kept.
      .refine((value) => [...value.normalize('NFC')].length <= max, `must have at most ${max} characters`)
      .refine((value) => value.isWellFormed() && !value.includes('\0'), 'must be well-formed Unicode without NUL')
      .meta({ maxLength: max })
  )
}

function whole(min: number, max: number) {
  const error = `must be a whole number, ${min} to ${max}`
  return z.int({ error, abort: true }).min(min, error).max(max, error)
}

const flow = z.enum(FLOWS).meta({
  description:
    '`send_code`: a code goes to the phone and is typed on the page. `keypad_code`: the page shows a code and the person keys it on the phone. `approve`: the person presses 1.',
})
const channel = z.enum(CHANNELS)
const carrier = z.enum(CARRIERS)
const time = z.iso.datetime().meta({ examples: ['2026-01-31T12:00:00.000Z'] })
const metadata = z
  .record(
    text(40),
    z
      .string()
      .max(500)
      .refine((value) => value.isWellFormed() && !value.includes('\0')),
  )
  .refine((value) => Object.keys(value).length <= 20, 'must have at most 20 keys')
  .meta({ maxProperties: 20, description: 'Yours: given back with the challenge, never spoken or read.' })

export const createRequest = z
  .strictObject({
    to: z
      .string()
      .min(1)
      .max(64)
      .meta({
        description: 'E.164, or a national number together with `region`.',
        examples: ['+12025550123'],
      }),
    region: z
      .string()
      .regex(/^[A-Z]{2}$/, 'must be a region of two capital letters, such as "US"')
      .optional()
      .meta({ description: 'ISO 3166-1 region of a national number.', examples: ['US'] }),
    flow: flow.default('send_code'),
    channel: channel.default('call'),
    scope: z
      .string()
      .regex(SCOPE, 'must be 1 to 40 letters, digits, spaces, or any of _ . -')
      .default('login')
      // The pattern would be written with its flag, as a part of it.
      .openapi({
        pattern: SCOPE.source,
        description: 'What it is for. Spoken; a code for one scope is worthless for another.',
      }),
    locale: z.string().min(2).max(35).default('en-US').meta({
      description: 'BCP 47. What is spoken and texted: the nearest of the same language, which the answer names.',
    }),
    details: text(200)
      .refine((value) => sanitizeText(value, 200) !== '', 'must hold something that can be said')
      .nullable()
      .default(null)
      .meta({
        description: 'What the person is approving: spoken in the call, shown on the page.',
        examples: ['Transfer 250 euros to Ada Byron'],
      }),
    message: text(300)
      .refine((value) => sanitizeMessage(value) !== '', 'must hold something that can be said')
      .nullable()
      .default(null)
      .meta({
        description:
          'Replaces the sentence that carries the code. `{CODE}` is required in `send_code` and refused in the other flows; `{NAME}` and `{SCOPE}` are optional.',
      }),
    code_length: whole(4, 8).default(6),
    expires_in: whole(30, 600).default(300).meta({ description: 'Seconds.' }),
    metadata: metadata.default({}),
    from: z
      .string()
      .regex(E164, 'must be an E.164 number')
      .optional()
      .meta({ description: 'Number to call or text from, instead of the one configured.', examples: ['+12025550100'] }),
    carrier: carrier.optional().meta({ description: 'The only carrier to use.' }),
    fallback: z
      .array(channel)
      .max(1)
      .default([])
      .meta({ description: '`send_code`: the other channel, tried when the first one fails.' }),
    extension: z
      .string()
      .regex(/^(?=.*\d)[\dw,]{1,32}$/, 'must be digits, "w" (half a second) or "," (two seconds), with a digit in it')
      // Carriers take 32 keys, and a comma is sent as four of them.
      .refine(
        (value) => value.replaceAll(',', 'wwww').length <= 32,
        'waits too long: a comma counts as four of 32 keys',
      )
      .optional()
      .meta({ description: "A company's inside line, dialled after the answer." }),
    client_ip: z
      .union(
        [z.ipv4().openapi({ format: 'ipv4' }), z.ipv6().openapi({ format: 'ipv6' })],
        'must be an IPv4 or IPv6 address',
      )
      .optional()
      .meta({ description: 'The address of the person asking, for limits.' }),
  })
  .superRefine((wanted, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    // As it is going to be spoken and texted.
    const template = wanted.message === null ? null : sanitizeMessage(wanted.message)
    if (wanted.flow !== 'send_code') {
      if (wanted.channel === 'sms') refuse('channel', `${wanted.flow} is answered by keys, so it needs a call`)
      if (wanted.fallback.length > 0) refuse('fallback', 'only send_code can fall back to another channel')
      if (template?.includes('{CODE}')) refuse('message', `no code is told in ${wanted.flow}`)
    } else if (template !== null && !template.includes('{CODE}')) {
      refuse('message', 'must hold {CODE}')
    }
    for (const placeholder of template?.match(/\{[^{}]*\}/g) ?? []) {
      if (!PLACEHOLDERS.includes(placeholder)) refuse('message', 'knows no placeholders but {CODE}, {NAME}, {SCOPE}')
    }
    if (wanted.fallback.includes(wanted.channel)) refuse('fallback', 'must differ from channel')
  })
  .openapi('CreateChallenge', { description: 'A challenge as wanted. Only `to` is required.' })

export const checkRequest = z
  .strictObject({
    code: z
      .string()
      .regex(/^[0-9]{4,8}$/, 'must be a string of exactly code_length digits')
      .meta({ description: 'Exactly `code_length` digits.', examples: ['481516'] }),
  })
  .openapi('CheckCode', { description: 'What the person typed.' })

export const redeliverRequest = z
  .strictObject({ channel })
  .openapi('Redeliver', { description: 'How to reach the person this time.' })

export const cancelRequest = z.strictObject({})

export const waitQuery = z.object({
  wait: z
    .string()
    .regex(/^([0-4]?[0-9]|5[0-5])$/, 'must be a whole number of seconds, 0 to 55')
    .default('0')
    .transform(Number)
    .openapi({
      type: 'integer',
      minimum: 0,
      maximum: 55,
      default: 0,
      description: 'Holds the answer for up to so many seconds, until the challenge is no longer pending.',
    }),
})

export const idempotencyKey = z.string().regex(/^[\x20-\x7e]{1,255}$/, 'must be 1 to 255 printable ASCII characters')

export const challengeParams = z.object({
  id: z.string().meta({ description: 'The challenge.', examples: ['chl_V1StGXR8Z5jdHi6BmyT0Qk2W'] }),
})

const status = z.enum(STATUSES)
const reason = z.enum(REASONS).nullable().meta({ description: 'Why it has this status; `null` while pending.' })

export const delivery = z
  .strictObject({
    id: z.string().regex(/^dlv_/),
    channel,
    carrier,
    state: z.enum(['placing', 'ringing', 'answered', 'sent', 'ended']),
    result: z.enum(RESULTS).nullable(),
    created_at: time,
    phase: z
      .enum(['gate', 'code', 'question', 'goodbye'])
      .optional()
      .meta({ description: 'To the page token, of an answered call: what is being said now.' }),
    /** Only where the carrier speaks another than the challenge's: the nearest that it has a voice for. */
    locale: z.enum(LOCALES).optional(),
  })
  .openapi('Delivery', { description: 'One try to reach the person: one call or one message.' })

export const challenge = z
  .strictObject({
    id: z.string().regex(/^chl_/),
    status,
    reason,
    flow,
    scope: z.string(),
    to: z.string().meta({ description: 'Masked.', examples: ['+1••••••0123'] }),
    locale: z.string(),
    details: z.string().nullable(),
    attempts_left: z.int().min(0),
    created_at: time,
    expires_at: time,
    ended_at: time.nullable(),
    version: z.int().min(1).meta({ description: 'Grows with every change.' }),
    deliveries: z.array(delivery).meta({ description: 'Oldest first.' }),
    metadata: metadata.optional().meta({ description: 'As the app gave it. Not to the page token.' }),
    page_token: z.string().optional().meta({
      description: "Only in the answer to the creation: the browser's bearer for this one challenge.",
    }),
    display_code: z
      .string()
      .optional()
      .meta({ description: '`keypad_code`, while pending: in the answer to the creation, and to the page token.' }),
    code_length: z.int().optional().meta({ description: 'To the page token: digits of the code.' }),
    expires_in: z.number().min(0).optional().meta({
      description: "To the page token: seconds until it expires, by the server's clock.",
    }),
    redeliver_in: z.number().min(0).optional().meta({
      description: 'To the page token: seconds until another delivery may be asked for.',
    }),
  })
  .openapi('Challenge', { description: 'One request that a person prove they hold a phone, now.' })

export const checked = z
  .strictObject({
    valid: z.boolean(),
    status,
    reason,
    attempts_left: z.int().min(0),
  })
  .openapi('Checked', { description: 'Whether the code was right, and how the challenge stands now.' })

export const problem = z
  .strictObject({
    type: z.string().meta({ description: 'Where the problem is explained, relative to this server.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable: what programs should look at.' }),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem', { description: 'RFC 9457. Served as `application/problem+json`.' })
