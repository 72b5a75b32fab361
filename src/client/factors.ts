import type { CreatedFactor, Factor, FactorCheck, FactorConfirmation, FactorRequest } from './factor.ts'
import type { CallOptions } from './options.ts'
import type { Transport } from './transport.ts'

/** Authenticator apps and recovery codes. Each call needs an API key. */
export class Factors {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Adds one. An authenticator app counts once `confirm` took its first right code; new recovery codes void the earlier ones. */
  create<Request extends FactorRequest>(
    request: Request,
    options: CallOptions = {},
  ): Promise<Extract<CreatedFactor, { type: Request['type'] }>> {
    return this.#transport.json('POST', '/v1/factors', { ...options, body: request })
  }

  /** The first code that the authenticator app shows. Throws a 409 when it was confirmed before. */
  confirm(id: string, code: string, options: CallOptions = {}): Promise<FactorConfirmation> {
    return this.#transport.json('POST', `${path(id)}/confirm`, { ...options, body: { code } })
  }

  /** Never repeated by itself, since each wrong code counts and each right one is good once. */
  check(id: string, code: string, options: CallOptions = {}): Promise<FactorCheck> {
    return this.#transport.json('POST', `${path(id)}/check`, { ...options, body: { code } })
  }

  /** Those of a person, oldest first. */
  async list(subject: string, options: CallOptions = {}): Promise<Factor[]> {
    const query = `?subject=${encodeURIComponent(subject)}`
    const { factors } = await this.#transport.json<{ factors: Factor[] }>('GET', `/v1/factors${query}`, options)
    return factors
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.json('DELETE', path(id), options)
  }
}

function path(id: string): string {
  return `/v1/factors/${encodeURIComponent(id)}`
}
