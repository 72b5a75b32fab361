// What the audit log has of the operators' proofs beside the sign-ins themselves. Nothing of it is more often than so many
// times an hour: who knows no password can cause an entry an hour for each account, and one for all other names; who knows
// one, some of each kind about that account.

import type { CheckReason } from '../domain/factor.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Logger } from '../log/logger.ts'
import type { AuditEntry, AuditLog } from '../store/audit-log.ts'
import type { AuditAction } from '../store/audit-schema.ts'

/** `number`: masked. */
export type NotedFactor = { factor: 'totp' } | { factor: 'phone'; number: string }

export type SignInAudit = {
  /** `name`: of the account; `null` where there is none. In the background: the time of an answer tells no names. */
  passwordRefused(name: string | null): void
  /** A wrong code, and the lock that it may lead to, are noted by what counts it: operator-factors.ts. */
  codeRefused(name: string, reason: CheckReason): Promise<void>
  callRefused(name: string, number: string, refusal: Refusal): Promise<void>
  factorAdded(name: string, factor: NotedFactor): AuditEntry
  factorRemoved(name: string, factor: NotedFactor): AuditEntry
}

const HOURLY_PASSWORDS = 1
export const HOURLY_PROOFS = 20

export function createSignInAudit(auditLog: Pick<AuditLog, 'appendAtMost'>, log: Logger): SignInAudit {
  const refused = (name: string, action: AuditAction, detail: AuditEntry['detail']) =>
    auditLog.appendAtMost(HOURLY_PROOFS, entry(name, action, detail))

  return {
    passwordRefused(name) {
      const noted: AuditEntry = { ...entry(name ?? '', 'operator.password_refused', {}), actor: 'visitor' }
      auditLog
        .appendAtMost(HOURLY_PASSWORDS, noted)
        .catch((err: Error) => log.warn({ err }, 'a refused password was not noted'))
    },
    async codeRefused(name, reason) {
      if (reason !== 'wrong_code') await refused(name, 'operator.code_refused', { reason })
    },
    callRefused: (name, number, refusal) =>
      refused(name, 'operator.call_refused', { number, reason: refusal.limit?.name ?? refusal.refused }),
    factorAdded: (name, factor) => entry(name, 'operator.factor_added', factor),
    factorRemoved: (name, factor) => entry(name, 'operator.factor_removed', factor),
  }
}

function entry(name: string, action: AuditAction, detail: AuditEntry['detail']): AuditEntry {
  return { actor: `operator:${name}`, action, target: name, reason: null, detail }
}
