// From a valid body to what `create` takes: numbers and locales become their types here.

import type { z } from 'zod'
import type { CreateChallenge } from '../challenges/create-challenge.ts'
import { LOCALES } from '../domain/locale.ts'
import { parseNumber } from '../domain/phone-number.ts'
import { sanitizeMessage, sanitizeText } from '../domain/sanitize-text.ts'
import { resolveLocale } from '../prompts/resolve-locale.ts'
import type { createRequest } from './create-request-schema.ts'
import { givenNumber } from './given-number.ts'
import { invalid, type Refused } from './problems.ts'

export function parseCreateRequest(body: z.output<typeof createRequest>): CreateChallenge | Refused {
  const to = givenNumber(body.to, body.region)
  if (typeof to !== 'string') return to
  const from = body.from === undefined ? null : parseNumber(body.from, null)
  if (from && !from.ok) return invalid('from', from.message)
  const locale = body.locale === undefined ? null : resolveLocale(body.locale)
  if (locale === null && body.locale !== undefined)
    return invalid('locale', `must be of a language that is spoken here: ${LOCALES.join(', ')}`)
  return {
    to,
    flow: body.flow,
    channel: body.channel,
    scope: body.scope,
    locale,
    details: body.details && sanitizeText(body.details, 200),
    message: body.message && sanitizeMessage(body.message),
    codeLength: body.code_length,
    sharedPhrase: body.shared_phrase ?? null,
    requireWaiter: body.require_waiter,
    initiatedBy: body.initiated_by,
    expiresIn: body.expires_in,
    metadata: body.metadata,
    from: from?.number ?? null,
    carrier: body.carrier ?? null,
    fallback: body.fallback,
    extension: body.extension ?? null,
    clientIp: body.client_ip ?? null,
    session: body.session ?? null,
    account: body.account ?? null,
  }
}
