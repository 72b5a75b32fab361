import type { z } from '@hono/zod-openapi'
import type { Factor } from '../domain/factor.ts'
import type { factor } from './factor-schemas.ts'

/** A factor as the API shows it, without a secret. */
export function factorView(from: Factor): z.infer<typeof factor> {
  return {
    id: from.id,
    type: from.type,
    subject: from.subject,
    label: from.label,
    status: from.status,
    codes_left: from.codesLeft,
    created_at: from.createdAt,
    confirmed_at: from.confirmedAt,
    last_used_at: from.lastUsedAt,
    locked_until: from.lockedUntil,
  }
}
