// Whether a password is that of an account. Each comparison is heavy, so a few go on at once (sign-in-queue.ts).

import type { Context } from 'hono'
import { clientAddress } from '../http/client-address.ts'
import type { OperatorAccount, OperatorStore } from '../store/operators.ts'
import { isOperatorName } from './operator-name.ts'
import { matchesPassword, nobodysHash } from './password.ts'
import type { SignInAudit } from './sign-in-audit.ts'
import { signInQueue } from './sign-in-queue.ts'

/** `null`: one of them is wrong. `full`: too many are compared. */
export type CheckPassword = (c: Context, name: string, password: string) => Promise<OperatorAccount | null | 'full'>

/** `clientAddressHeader`: where a proxy in front writes a client's address. */
export function createPasswordCheck(
  operators: Pick<OperatorStore, 'find'>,
  clientAddressHeader: string,
  audit: Pick<SignInAudit, 'passwordRefused'>,
): CheckPassword {
  const queue = signInQueue()
  // What an unknown name is compared with, so that the time of an answer does not tell which names exist.
  const unknown = nobodysHash()

  /** Wrong ones lock nothing: no number of guesses finds one (password.ts), and a stranger could keep a lock going. */
  async function accountOf(name: string, password: string): Promise<OperatorAccount | null> {
    const account = isOperatorName(name) ? await operators.find(name) : null
    if (await matchesPassword(password, account?.passwordHash ?? unknown)) return account
    audit.passwordRefused(account?.name ?? null)
    return null
  }

  return (c, name, password) => queue.run(clientAddress(c, clientAddressHeader), () => accountOf(name, password))
}
