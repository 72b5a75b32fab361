import type { ApiKey, CreatedApiKey, KeyScope, Service, ServiceSettings } from './managed-service.ts'
import type { CallOptions } from './options.ts'
import type { Transport } from './transport.ts'

/** `reason`: yours, for the audit log. */
type Act = { reason?: string | null }

/** The service of a key; `installation` stands for the server itself, whose keys open these calls. */
type KeyOwner = string | 'installation'

/** The apps that a server serves, and their keys. Each call needs a key with the scope `admin`, and is refused to a page. */
export class Admin {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** All of them, oldest first. */
  async services(options: CallOptions = {}): Promise<Service[]> {
    const { services } = await this.#transport.json<{ services: Service[] }>('GET', '/v1/admin/services', options)
    return services
  }

  service(id: string, options: CallOptions = {}): Promise<Service> {
    return this.#transport.json('GET', servicePath(id), options)
  }

  /** It has no key yet. */
  createService(
    request: { name: string; settings?: ServiceSettings } & Act,
    options: CallOptions = {},
  ): Promise<Service> {
    return this.#transport.json('POST', '/v1/admin/services', { ...options, body: request })
  }

  /** What is not named stays. A setting that is `null` is the environment's again, and so is the first service's name. */
  changeService(
    id: string,
    change: { name?: string | null; settings?: Record<string, string | null> } & Act,
    options: CallOptions = {},
  ): Promise<Service> {
    return this.#transport.json('PATCH', servicePath(id), { ...options, body: change })
  }

  /** Its keys open nothing from then on, what is pending is canceled, and ringing phones are hung up. */
  async deleteService(id: string, act: Act = {}, options: CallOptions = {}): Promise<void> {
    await this.#transport.json('DELETE', servicePath(id), { ...options, body: act })
  }

  /** What pushed messages are signed by, shown only now. The one before signs beside it until the next is drawn. */
  async drawWebhookSecret(id: string, act: Act = {}, options: CallOptions = {}): Promise<string> {
    const path = `${servicePath(id)}/webhook-secret`
    const { secret } = await this.#transport.json<{ secret: string }>('POST', path, { ...options, body: act })
    return secret
  }

  /** Oldest first. Those of `API_KEY` stand in the environment alone. */
  async keys(owner: KeyOwner, options: CallOptions = {}): Promise<ApiKey[]> {
    const { keys } = await this.#transport.json<{ keys: ApiKey[] }>('GET', keysPath(owner), options)
    return keys
  }

  /** Without `scopes` both. A key of the installation has the scope `admin`, and takes none. */
  createKey(
    owner: KeyOwner,
    request: { name: string; scopes?: KeyScope[] } & Act,
    options: CallOptions = {},
  ): Promise<CreatedApiKey> {
    return this.#transport.json('POST', keysPath(owner), { ...options, body: request })
  }

  /** A new key of the same name and scopes. The old one holds for `overlap` seconds beside it: a day unless said. */
  rotateKey(
    owner: KeyOwner,
    key: string,
    request: { overlap?: number } & Act = {},
    options: CallOptions = {},
  ): Promise<CreatedApiKey> {
    return this.#transport.json('POST', `${keyPath(owner, key)}/rotate`, { ...options, body: request })
  }

  async deleteKey(owner: KeyOwner, key: string, act: Act = {}, options: CallOptions = {}): Promise<void> {
    await this.#transport.json('DELETE', keyPath(owner, key), { ...options, body: act })
  }
}

function servicePath(id: string): string {
  return `/v1/admin/services/${encodeURIComponent(id)}`
}

function keysPath(owner: KeyOwner): string {
  return owner === 'installation' ? '/v1/admin/keys' : `${servicePath(owner)}/keys`
}

function keyPath(owner: KeyOwner, key: string): string {
  return `${keysPath(owner)}/${encodeURIComponent(key)}`
}
