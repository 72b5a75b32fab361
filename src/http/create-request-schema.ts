import { z } from '@hono/zod-openapi'
import { INITIATORS, LONGEST_LIFE } from '../domain/challenge.ts'
import { LONGEST_MESSAGE, NOT_SPEAKABLE, unknownPlaceholders, WITHOUT_CODE } from '../domain/message-template.ts'
import { isSpeakable, sanitizeMessage, sanitizeText } from '../domain/sanitize-text.ts'
import { carrier, channel, flow, metadata, region, text } from './schema-fields.ts'

const SCOPE = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} _.-]{0,39}$/u
const E164 = /^\+[1-9]\d{6,14}$/

const askerId = z.string().min(1).max(200)

function whole(min: number, max: number) {
  const error = `must be a whole number, ${min} to ${max}`
  return z.int({ error, abort: true }).min(min, error).max(max, error)
}

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
    region: region.optional().meta({ description: 'ISO 3166-1 region of a national number.', examples: ['US'] }),
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
    locale: z.string().min(2).max(35).optional().meta({
      description:
        'BCP 47. What is spoken and texted: the nearest of the same language, which the answer names. Unless given: as the service is set, `en-US` where it is not.',
    }),
    details: text(200)
      .refine((value) => isSpeakable(sanitizeText(value, 200)), NOT_SPEAKABLE)
      .nullable()
      .default(null)
      .meta({
        description: 'What the person is approving: spoken in the call, shown on the page.',
        examples: ['Transfer 250 euros to Ada Byron'],
      }),
    message: text(LONGEST_MESSAGE)
      .refine((value) => isSpeakable(sanitizeMessage(value)), NOT_SPEAKABLE)
      .nullable()
      .default(null)
      .meta({
        description:
          'Replaces the sentence that carries the code. `{CODE}` is required in `send_code` and refused in the other flows; `{NAME}` and `{SCOPE}` are optional.',
      }),
    code_length: whole(4, 8).default(6),
    shared_phrase: z.boolean().optional().meta({
      description:
        'Two words are shown on the page and spoken first in each call, where 9 reports fraud. Unless given: as the server is set.',
    }),
    require_waiter: z.boolean().default(false).meta({
      description:
        'Call and text only while a page is connected with the page token. Nothing is dialled before one is; when the last one has been gone for some seconds, a call is hung up and the challenge ends as `canceled`.',
    }),
    initiated_by: z.enum(INITIATORS).default('person').meta({
      description:
        '`app`: the person did not ask for it just now. It is refused at night, by the clock of the number (`QUIET_HOURS`).',
    }),
    expires_in: whole(30, LONGEST_LIFE).default(300).meta({ description: 'Seconds.' }),
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
      .meta({
        description: "A company's inside line, dialled after the answer. Its number is called for one line at a time.",
      }),
    client_ip: z
      .union(
        [z.ipv4().openapi({ format: 'ipv4' }), z.ipv6().openapi({ format: 'ipv6' })],
        'must be an IPv4 or IPv6 address',
      )
      .optional()
      .meta({ description: 'The address of the person asking, for limits.' }),
    session: askerId.optional().meta({ description: 'Your name for the browser session that asks, for limits.' }),
    account: askerId.optional().meta({
      description:
        'Your name for the account that asks, for limits. Once it has proved the number, others can neither use up its deliveries nor lock its codes.',
    }),
  })
  .superRefine((input, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    // As it is going to be spoken and texted.
    const template = input.message === null ? null : sanitizeMessage(input.message)
    if (input.flow !== 'send_code') {
      if (input.channel === 'sms') refuse('channel', `${input.flow} is answered by keys, so it needs a call`)
      if (input.fallback.length > 0) refuse('fallback', 'only send_code can fall back to another channel')
      if (template?.includes('{CODE}')) refuse('message', `no code is sent in ${input.flow}`)
    } else if (template !== null && !template.includes('{CODE}')) {
      refuse('message', WITHOUT_CODE)
    }
    for (const fault of unknownPlaceholders(template ?? '')) refuse('message', fault)
    if (input.fallback.includes(input.channel)) refuse('fallback', 'must differ from channel')
  })
  .openapi('CreateChallenge', { description: 'The challenge to start. Only `to` is required.' })
