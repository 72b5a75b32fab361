// Where Bandwidth sends its webhooks, each with its own credentials. dev.bandwidth.com/docs/voice/webhooks

import type { Target } from '../simulator/steps.ts'

/** Where a webhook is sent, and the `Authorization` for it. */
export type WebhookTarget = Target & { credentials: string | null }
/** Where a document is fetched, with the fallback and the tag given beside it. */
export type DocumentTarget = WebhookTarget & { fallback: WebhookTarget | null; tag: string | null }
