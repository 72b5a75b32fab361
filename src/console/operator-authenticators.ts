// The authenticator apps of operators: one each, which counts once its first code was right.

import type { Factors } from '../factors/factors.ts'
import { CONSOLE_SERVICE } from '../store/operator-schema.ts'
import type { SignInAudit } from './sign-in-audit.ts'

/** `shown`: once. */
export type ProposedAuthenticator = { factor: string; shown: { secret: string; qrSvg: string } }

export type OperatorAuthenticators = {
  /** In place of those that were never proved. */
  propose(name: string): Promise<ProposedAuthenticator>
  /** `not_found`: the operator has no such app that is still to be proved. */
  confirm(name: string, factor: string, code?: string): Promise<boolean | 'not_found'>
  check(name: string, factor: string, code?: string): Promise<boolean>
}

type Deps = {
  factors: Pick<Factors, 'createTotp' | 'list' | 'delete' | 'confirm' | 'check'>
  audit: Pick<SignInAudit, 'codeRefused' | 'factorAdded'>
  serviceName: string
}

export function createOperatorAuthenticators({ factors, audit, serviceName }: Deps): OperatorAuthenticators {
  return {
    async propose(name) {
      for (const { id, status } of await factors.list(CONSOLE_SERVICE, name))
        if (status === 'pending') await factors.delete(CONSOLE_SERVICE, id)
      const wanted = { subject: name, label: name, issuer: `${serviceName} console` }
      const { factor, secret, qrSvg } = await factors.createTotp(CONSOLE_SERVICE, wanted)
      return { factor: factor.id, shown: { secret, qrSvg } }
    },
    async confirm(name, factor, code) {
      const isOwn = (await factors.list(CONSOLE_SERVICE, name)).some(({ id }) => id === factor)
      const confirmed = isOwn ? await factors.confirm(CONSOLE_SERVICE, factor, plainCode(code)) : 'not_found'
      if (typeof confirmed === 'string') return 'not_found'
      await (confirmed.valid ? audit.factorAdded(name, { factor: 'totp' }) : audit.codeRefused(name, confirmed))
      return confirmed.valid
    },
    async check(name, factor, code) {
      const checked = await factors.check(CONSOLE_SERVICE, factor, plainCode(code))
      if (checked === 'not_found') return false
      if (!checked.valid) await audit.codeRefused(name, checked)
      return checked.valid
    },
  }
}

function plainCode(typed = ''): string {
  return typed.replace(/[\s-]/g, '')
}
