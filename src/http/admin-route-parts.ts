// What the routes under /v1/admin share.

import type { ManageServices } from '../services/manage-services.ts'
import type { WebhookSecrets } from '../services/webhook-secrets.ts'
import type { Clock } from '../time/clock.ts'
import type { AdminAuth } from './middleware/auth.ts'
import { ADMIN_KEY, BODY_PROBLEMS, problemResponses } from './openapi.ts'
import type { ProblemCode } from './problems.ts'

export type AdminDeps = {
  manageServices: ManageServices
  webhookSecrets: Pick<WebhookSecrets, 'draw'>
  auth: AdminAuth
  clock: Clock
}

export const shared = { tags: ['Admin'], security: ADMIN_KEY }
export const problems = (...more: ProblemCode[]) => problemResponses('unauthorized', 'database_unavailable', ...more)
export const WITH_BODY = problems(...BODY_PROBLEMS, 'not_found', 'conflict')

export const json = <S>(description: string, schema: S) => ({
  description,
  content: { 'application/json': { schema } },
})
export const bodyOf = <S, E>(schema: S, example: E) => ({
  required: true,
  content: { 'application/json': { schema, example } },
})
export const optionalBody = <S, E>(schema: S, example: E) => ({ ...bodyOf(schema, example), required: false })
