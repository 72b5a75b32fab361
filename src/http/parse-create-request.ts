// From a valid body to what `create` takes: numbers and locales become their types here.

import type { z } from 'zod'
import type { CreateChallenge } from '../challenges/create-challenge.ts'
import { ipPrefix } from '../domain/ip-prefix.ts'
import { LOCALES } from '../domain/locale.ts'
import { parseNumber } from '../domain/phone-number.ts'
import { sanitizeMessage, sanitizeText } from '../domain/sanitize-text.ts'
import { resolveLocale } from '../prompts/resolve-locale.ts'
import type { createRequest } from './create-request-schema.ts'
import { invalid, type Refused } from './problems.ts'

export function parseCreateRequest(body: z.output<typeof createRequest>): CreateChallenge | Refused {
  // Whether a number in no known range is taken is the operator's setting, which the creation looks at.
  const to = parseNumber(body.to, body.region ?? null, '*')
  if (!to.ok) return invalid(to.reason === 'unknown_region' ? 'region' : 'to', to.message)
  const from = body.from === undefined ? null : parseNumber(body.from, null)
  if (from && !from.ok) return invalid('from', from.message)
  const locale = resolveLocale(body.locale)
  if (!locale) return invalid('locale', `must be of a language that is spoken here: ${LOCALES.join(', ')}`)
  return {
    to: to.number,
    flow: body.flow,
    channel: body.channel,
    scope: body.scope,
    locale,
    details: body.details && sanitizeText(body.details, 200),
    message: body.message && sanitizeMessage(body.message),
    codeLength: body.code_length,
    sharedPhrase: body.shared_phrase ?? null,
    expiresIn: body.expires_in,
    metadata: body.metadata,
    from: from?.number ?? null,
    carrier: body.carrier ?? null,
    fallback: body.fallback,
    extension: body.extension ?? null,
    clientIp: body.client_ip ? ipPrefix(body.client_ip) : null,
  }
}
