import type { Channel } from './challenge.ts'
import type { CallOptions } from './options.ts'
import type { Transport } from './transport.ts'

/** E.164, or a national number together with `region`. */
type Number = { to: string; region?: string }

/** What is said of numbers. Each call needs an API key. */
export class Numbers {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Lifts a report of fraud that was made in error. `unblocked` is false where none stood. */
  unblock(
    request: Number & { reason: string },
    options: CallOptions = {},
  ): Promise<{ to: string; unblocked: boolean }> {
    return this.#transport.json('POST', '/v1/numbers/unblock', { ...options, body: request })
  }

  /** The person wants no more calls or texts, from any service of the server; without `channel` neither. */
  optOut(
    request: Number & { channel?: Channel; reason?: string },
    options: CallOptions = {},
  ): Promise<{ to: string; channel: Channel | null }> {
    return this.#transport.json('POST', '/v1/numbers/opt-out', { ...options, body: request })
  }
}
