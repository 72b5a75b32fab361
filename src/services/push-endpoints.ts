// Where the outcomes of each service are pushed. WEBHOOK_URL and WEBHOOK_SECRET are the first service's: another app learns
// nothing of it.

import { FIRST_SERVICE } from '../store/services.ts'
import type { KnownService, ServiceDirectory } from './service-directory.ts'
import { decryptSecrets } from './webhook-secrets.ts'

/** `secrets`: `whsec_…`, newest first. */
export type PushEndpoint = { url: string; secrets: readonly string[] }

export type PushEndpoints = {
  /** Whether there is one at all. */
  any(): boolean
  /** Whether there are several. */
  several(): boolean
  has(serviceId: string): boolean
  /** Throws `SecretMissing` where its secrets were encrypted under a SECRET that this instance was not given. */
  of(serviceId: string): PushEndpoint | null
}

type Deps = {
  services: Pick<ServiceDirectory, 'find' | 'all'>
  environment: { url: string | undefined; secrets: readonly string[] | undefined }
  /** The master secrets, newest first. */
  secrets: readonly string[]
}

export function createPushEndpoints({ services, environment, secrets }: Deps): PushEndpoints {
  const urlOf = ({ id, settings }: KnownService) =>
    settings.WEBHOOK_URL ?? (id === FIRST_SERVICE ? environment.url : undefined)
  const isSigned = ({ id, webhookSecrets }: KnownService) =>
    webhookSecrets !== null || (id === FIRST_SERVICE && environment.secrets !== undefined)
  const isPushedTo = (service: KnownService) => urlOf(service) !== undefined && isSigned(service)

  return {
    any: () => services.all().some(isPushedTo),
    several: () => services.all().filter(isPushedTo).length > 1,
    has(serviceId) {
      const service = services.find(serviceId)
      return service !== undefined && isPushedTo(service)
    },
    of(serviceId) {
      const service = services.find(serviceId)
      if (!service || !isPushedTo(service)) return null
      const { id, webhookSecrets } = service
      return {
        url: urlOf(service)!,
        secrets: webhookSecrets ? decryptSecrets(secrets, id, webhookSecrets) : environment.secrets!,
      }
    },
  }
}
