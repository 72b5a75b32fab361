// Services and keys as the API shows them.

import type { z } from '@hono/zod-openapi'
import type { MadeKey, ManagedService } from '../services/manage-services.ts'
import type { KeyRow } from '../store/services.ts'
import type { apiKey, madeApiKey, service } from './admin-schemas.ts'

export function serviceView({ id, name, settings, createdAt }: ManagedService): z.infer<typeof service> {
  return { id, name, settings, created_at: createdAt }
}

export function keyView({ id, name, scopes, createdAt, lastUsedAt, secondsLeft }: KeyRow): z.infer<typeof apiKey> {
  const expiresIn = secondsLeft === null ? null : Math.max(0, Math.floor(secondsLeft))
  return { id, name, scopes, created_at: createdAt, last_used_at: lastUsedAt, expires_in: expiresIn }
}

export function madeKeyView(made: MadeKey): z.infer<typeof madeApiKey> {
  return { ...keyView(made), key: made.apiKey }
}
