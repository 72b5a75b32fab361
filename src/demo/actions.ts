// What is done once a person is proved. The scope is the challenge's, so that a proof for one is worthless for another.

import type { Channel } from '../client/client.ts'
import type { PhoneNumber } from './phone-numbers.ts'
import type { Transfer } from './transfers.ts'
import type { PasswordHash, User } from './users.ts'
import type { VerificationMethod } from './verification-methods.ts'

export type ProtectedAction =
  | { scope: 'login'; user: User; method: VerificationMethod }
  | { scope: 'signup'; name: string; password: PasswordHash; method: VerificationMethod }
  | { scope: 'transfer'; user: User; transfer: Transfer }
  /** Lets the person change numbers and factors for a while. */
  | { scope: 'security'; user: User }
  /** Proves a number for a channel. `number`: one that is kept; `null`: it is new, and kept once it is proved. */
  | { scope: 'number'; user: User; number: PhoneNumber | null; channel: Channel }

/** Whether a form sent again asks for the same. The words of a transfer stand in its request. */
export function isSameAction(one: ProtectedAction, other: ProtectedAction): boolean {
  if (one.scope === 'signup' && other.scope === 'signup') return one.name === other.name
  if (one.scope === 'signup' || other.scope === 'signup') return false
  return one.scope === other.scope && one.user === other.user
}
