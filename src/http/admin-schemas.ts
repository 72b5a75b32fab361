// Services and keys as the routes under /v1/admin take and show them.

import { z } from '@hono/zod-openapi'
import { LONGEST_NAME, LONGEST_OVERLAP } from '../services/manage-services.ts'
import { text, time } from './schema-fields.ts'

const name = text(LONGEST_NAME).meta({ description: 'As it is spoken.', examples: ['Saltmarsh Bank'] })
const keyName = text(LONGEST_NAME).meta({ description: 'Yours, to tell keys apart.', examples: ['web, 2026'] })
const SETTINGS =
  'Where the service differs from the environment: settings by the names of its variables, in their language. docs/services.md lists them.'
const settingName = z.string().regex(/^[A-Z_]{1,60}$/, 'is no name of a setting')
const settingTexts = z.record(settingName, text(500)).meta({
  description: SETTINGS,
  examples: [{ ALLOWED_COUNTRIES: 'US,GB', POLICY: 'asvs' }],
})

const reason = text(200).nullable().default(null).meta({ description: 'Yours, for the audit log.' })

export const service = z
  .strictObject({
    id: z.string().regex(/^svc_/),
    name: z.string().nullable().meta({ description: '`null`, of the first service: as SERVICE_NAME says.' }),
    settings: settingTexts,
    created_at: time,
  })
  .openapi('Service', { description: 'An app that this installation serves.' })

export const serviceList = z.strictObject({ services: z.array(service) }).openapi('ServiceList')

export const createServiceRequest = z
  .strictObject({ name, settings: settingTexts.default({}), reason })
  .openapi('CreateService')

export const changeServiceRequest = z
  .strictObject({
    name: name.nullable().optional().meta({ description: '`null`, of the first service: as SERVICE_NAME says.' }),
    settings: z
      .record(settingName, text(500).nullable())
      .optional()
      .meta({ description: 'A setting that is `null` is the environment’s again.' }),
    reason,
  })
  .openapi('ChangeService', { description: 'What is not named stays.' })

export const webhookSecret = z
  .strictObject({ secret: z.string().regex(/^whsec_/) })
  .openapi('WebhookSecret', { description: 'By Standard Webhooks.' })

export const reasonRequest = z.strictObject({ reason })

const scope = z.enum(['create', 'read']).meta({
  description: '`read`: what changes nothing. `create`: all else of the API.',
})

export const apiKey = z
  .strictObject({
    id: z.string().regex(/^apk_/),
    name: z.string(),
    scopes: z.array(z.enum(['create', 'read', 'admin'])),
    created_at: time,
    last_used_at: time.nullable().meta({ description: 'To the hour.' }),
    expires_in: z.number().min(0).nullable().meta({ description: 'Seconds, once it was rotated.' }),
  })
  .openapi('ApiKey', { description: 'All that is kept of a key is its hash.' })

// Not `apiKey.extend`: that is described as both schemas at once, and each forbids the fields of the other.
export const madeApiKey = z
  .strictObject({
    ...apiKey.shape,
    key: z.string().regex(/^abk_/).meta({ description: 'The key itself: in this answer and in no other.' }),
  })
  .openapi('MadeApiKey')

export const apiKeyList = z.strictObject({ keys: z.array(apiKey) }).openapi('ApiKeyList')

export const createKeyRequest = z
  .strictObject({
    name: keyName,
    scopes: z
      .array(scope)
      .min(1)
      .default(['create', 'read'])
      .refine((scopes) => new Set(scopes).size === scopes.length, 'names a scope twice'),
    reason,
  })
  .openapi('CreateApiKey')

export const createAdminKeyRequest = z.strictObject({ name: keyName, reason }).openapi('CreateAdminKey')

export const rotateKeyRequest = z
  .strictObject({
    overlap: z
      .int()
      .min(0)
      .max(LONGEST_OVERLAP)
      .default(86_400)
      .meta({ description: 'Seconds for which the old key still holds.' }),
    reason,
  })
  .openapi('RotateApiKey')

export const serviceParams = z.object({ service: z.string().meta({ examples: ['svc_Uakgb_J5m9g-0JDM'] }) })
export const keyParams = z.object({ key: z.string().meta({ examples: ['apk_V1StGXR8Z5jdHi6B'] }) })
export const serviceKeyParams = serviceParams.extend(keyParams.shape)
