// What the messages that are pushed to a service are signed by: drawn here, shown once, kept encrypted. The newest and the
// one before sign each message, so an app replaces its own without missing one.

import { randomBytes } from 'node:crypto'
import { secretId } from '../domain/one-time-codes.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { By } from '../store/audit-log.ts'
import { decrypt, type Encrypted, encrypt } from '../store/encryption.ts'
import { encryptedSecrets, type ServiceStore } from '../store/services.ts'
import { NO_SERVICE, serviceIn } from './manage-services.ts'

export type WebhookSecrets = {
  /** A new one, shown once. The one before signs beside it, until the next is drawn. */
  draw(id: string, by: By): Promise<string | Refusal>
  /** Encrypts what an older SECRET protects under the newest one. */
  reencrypt(): Promise<void>
}

type Deps = { store: ServiceStore; secrets: readonly string[]; changed: () => Promise<void> }

const SIGNING = 2

export function createWebhookSecrets({ store, secrets, changed }: Deps): WebhookSecrets {
  return {
    async draw(id, by) {
      const service = await serviceIn(store, id)
      if (!service) return NO_SERVICE
      const kept = encryptedSecrets(service)
      const drawn = `whsec_${randomBytes(32).toString('base64')}`
      const next = [drawn, ...(kept ? decryptSecrets(secrets, id, kept) : [])].slice(0, SIGNING)
      const entry = { ...by, action: 'service.webhook_secret_drawn', target: id, detail: {} } as const
      const sealed = encryptSecrets(secrets, id, next)
      if (!(await store.setWebhookSecrets(id, kept?.ciphertext ?? null, sealed, entry)))
        return { refused: 'conflict', detail: 'Another one was drawn at the same moment.' }
      await changed()
      return drawn
    },
    async reencrypt() {
      const newest = secretId(secrets[0]!)
      for (const service of (await store.load()).services) {
        const kept = encryptedSecrets(service)
        if (!kept || kept.secretId === newest) continue
        const sealed = encryptSecrets(secrets, service.id, decryptSecrets(secrets, service.id, kept))
        await store.setWebhookSecrets(service.id, kept.ciphertext, sealed, null)
      }
    },
  }
}

function encryptSecrets(secrets: readonly string[], id: string, list: readonly string[]): Encrypted {
  return encrypt(secrets, id, Buffer.from(JSON.stringify(list)))
}

/** Newest first. */
export function decryptSecrets(secrets: readonly string[], id: string, kept: Encrypted): string[] {
  return JSON.parse(decrypt(secrets, id, kept).toString()) as string[]
}
