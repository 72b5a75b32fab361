// The authenticator apps of operators: one each, which counts once its first code was right.

import type { CodeSaves, Factors } from '../factors/factors.ts'
import type { FactorStore } from '../store/factors.ts'
import type { OperatorFactors } from '../store/operator-factors.ts'
import { CONSOLE_SERVICE } from '../store/operator-schema.ts'
import { HOURLY_PROOFS, type SignInAudit } from './sign-in-audit.ts'

/** `shown`: once. */
export type ProposedAuthenticator = { factor: string; shown: { secret: string; qrSvg: string } }

export type OperatorAuthenticators = {
  /** In place of those that were never proved. */
  propose(name: string): Promise<ProposedAuthenticator>
  /**
   * `alone`: at the first sign-in, where nothing else may count. `not_found`: the operator has no such app that is still to be
   * proved, or another one was added meanwhile.
   */
  confirm(
    name: string,
    wanted: { factor: string; code: string | undefined; alone: boolean },
  ): Promise<boolean | 'not_found'>
  check(name: string, factor: string, code?: string): Promise<boolean>
}

type Deps = {
  factors: Pick<Factors, 'createTotp' | 'list' | 'delete' | 'confirm' | 'check'>
  store: Pick<FactorStore, 'accept'>
  operatorFactors: Pick<OperatorFactors, 'confirm' | 'countWrongCode'>
  audit: Pick<SignInAudit, 'codeRefused' | 'factorAdded'>
  serviceName: string
}

export function createOperatorAuthenticators(deps: Deps): OperatorAuthenticators {
  const { factors, store, operatorFactors, audit, serviceName } = deps
  const fail: CodeSaves['fail'] = (id, attempts, longestLockMinutes) =>
    operatorFactors.countWrongCode({ id, attempts, longestLockMinutes, hourly: HOURLY_PROOFS })
  const addition = (name: string, alone: boolean): CodeSaves => ({
    accept: async (id, proof) =>
      'step' in proof
        ? operatorFactors.confirm({ name, id, step: proof.step, alone }, audit.factorAdded(name, { factor: 'totp' }))
        : null,
    fail,
  })

  return {
    async propose(name) {
      for (const { id, status } of await factors.list(CONSOLE_SERVICE, name))
        if (status === 'pending') await factors.delete(CONSOLE_SERVICE, id)
      const wanted = { subject: name, label: name, issuer: `${serviceName} console` }
      const { factor, secret, qrSvg } = await factors.createTotp(CONSOLE_SERVICE, wanted)
      return { factor: factor.id, shown: { secret, qrSvg } }
    },
    async confirm(name, { factor, code, alone }) {
      const isOwn = (await factors.list(CONSOLE_SERVICE, name)).some(({ id }) => id === factor)
      const confirmed = isOwn
        ? await factors.confirm(CONSOLE_SERVICE, factor, plainCode(code), addition(name, alone))
        : 'not_found'
      if (confirmed === 'malformed') return false
      // The code of an app that is still to be proved was not used before: what stood in its way is another factor.
      if (typeof confirmed === 'string' || confirmed.reason === 'code_used') return 'not_found'
      if (!confirmed.valid) await audit.codeRefused(name, confirmed.reason)
      return confirmed.valid
    },
    async check(name, factor, code) {
      const checked = await factors.check(CONSOLE_SERVICE, factor, plainCode(code), { accept: store.accept, fail })
      if (typeof checked === 'string') return false
      if (!checked.valid) await audit.codeRefused(name, checked.reason)
      return checked.valid
    },
  }
}

function plainCode(typed = ''): string {
  return typed.replace(/[\s-]/g, '')
}
