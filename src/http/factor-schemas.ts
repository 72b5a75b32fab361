// Factors in requests and answers.

import { z } from '@hono/zod-openapi'
import { time } from './schema-fields.ts'

/** One line that an authenticator app shows, or that names a person. */
function line(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'must be well-formed Unicode on one line')
}

const subject = line(200).meta({ description: 'Your own name for the person.', examples: ['user-1'] })
/** A colon parts issuer and label in the URL that authenticator apps read. */
const name = line(100).refine((value) => !value.includes(':'), 'must not hold a colon')

export const createFactorRequest = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('totp'),
      subject,
      label: name.optional().meta({
        description: 'What the authenticator app shows beside the code. Default: `subject`.',
        examples: ['ada@example.com'],
      }),
      issuer: name.optional().meta({
        description: 'Whose code it is, as the app shows it. Default: the name of the service.',
        examples: ['Saltmarsh'],
      }),
    }),
    z.strictObject({ type: z.literal('recovery_codes'), subject }),
  ])
  .openapi('CreateFactor', { description: 'An authenticator app, or ten recovery codes.' })

export const totpCode = z
  .strictObject({
    code: z
      .string()
      .regex(/^[0-9]{6}$/, 'must be a string of exactly six digits')
      .meta({ description: 'What the app shows.', examples: ['481516'] }),
  })
  .openapi('ConfirmFactor', { description: 'The first code that the authenticator app shows.' })

export const factorCode = z
  .strictObject({
    code: line(40).meta({
      description: 'Six digits of an authenticator app, or one recovery code in any case, with or without its hyphen.',
      examples: ['481516'],
    }),
  })
  .openapi('CheckFactor', { description: 'What the person typed.' })

const factorFields = {
  id: z.string().regex(/^fct_/),
  type: z.enum(['totp', 'recovery_codes']),
  subject: z.string(),
  label: z.string().nullable(),
  status: z.enum(['pending', 'confirmed']).meta({ description: '`confirmed` after its first right code.' }),
  codes_left: z.int().min(0).nullable().meta({ description: '`recovery_codes`: those not used yet.' }),
  created_at: time,
  confirmed_at: time.nullable(),
  last_used_at: time.nullable(),
  locked_until: time.nullable(),
}

export const factor = z
  .strictObject(factorFields)
  .openapi('Factor', { description: 'A lasting way to prove a person that needs no carrier.' })

export const createdFactor = z
  .strictObject({
    ...factorFields,
    secret: z.string().optional().meta({ description: '`totp`: base32, for apps that can read no QR code.' }),
    otpauth_url: z.string().optional().meta({ description: '`totp`: what the QR code says.' }),
    qr_svg: z.string().optional().meta({ description: '`totp`: the QR code as an SVG.' }),
    codes: z.array(z.string()).optional().meta({ description: '`recovery_codes`: ten, each good once.' }),
  })
  .openapi('CreatedFactor', { description: 'The factor, with the secret or the codes that only this answer holds.' })

export const factorList = z.strictObject({ factors: z.array(factor) })

const attempts_left = z.int().min(0).meta({ description: 'Wrong codes in a row left before the factor is locked.' })

export const confirmedFactor = z
  .strictObject({
    valid: z.boolean(),
    status: factorFields.status,
    reason: z.enum(['code_matched', 'wrong_code', 'code_used', 'locked']),
    attempts_left,
    locked_until: time.nullable(),
  })
  .openapi('ConfirmedFactor', { description: 'Whether the code was right, and whether the factor counts now.' })

export const checkedFactor = z
  .strictObject({
    valid: z.boolean(),
    reason: z.enum(['code_matched', 'wrong_code', 'code_used', 'locked', 'not_confirmed']),
    attempts_left,
    locked_until: time.nullable(),
  })
  .openapi('CheckedFactor', { description: 'Whether the code was right, and how many wrong ones are left.' })

export const factorParams = z.object({ id: z.string().meta({ description: 'The factor.', examples: ['fct_…'] }) })
export const factorQuery = z.strictObject({ subject })
