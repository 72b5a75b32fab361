// The phones that operators are called on when they sign in to the console. The number is encrypted as the secret of an
// authenticator app is, and re-encrypted with it (factors.ts).

import { nanoid } from 'nanoid'
import type { E164 } from '../domain/challenge.ts'
import type { FactorId, FactorStatus } from '../domain/factor.ts'
import { maskNumber } from '../domain/phone-number.ts'
import type { AuditEntry } from '../store/audit-log.ts'
import { decrypt, encrypt } from '../store/encryption.ts'
import type { FactorStore } from '../store/factors.ts'
import type { OperatorFactors } from '../store/operator-factors.ts'

/** It counts once it was called and answered right. */
export type OperatorPhone = { id: FactorId; status: FactorStatus; maskedNumber: string; number: E164 }

export type OperatorPhones = {
  list(operator: string): Promise<OperatorPhone[]>
  /** In place of those that were never proved. */
  propose(operator: string, number: E164): Promise<OperatorPhone>
  /**
   * After its first call. `alone`: at the first sign-in, where nothing else may count. `false`: it was removed or another one
   * was added meanwhile.
   */
  confirm(operator: string, id: FactorId, alone: boolean, audit: AuditEntry): Promise<boolean>
}

/** `serviceId`: under which the operators' factors stand. */
export function createOperatorPhones(
  store: FactorStore,
  operatorFactors: Pick<OperatorFactors, 'confirm'>,
  serviceId: string,
  secrets: readonly string[],
): OperatorPhones {
  async function list(operator: string): Promise<OperatorPhone[]> {
    const records = await store.list(serviceId, operator)
    return records
      .filter(({ type }) => type === 'phone')
      .map((record) => {
        const number = decrypt(secrets, record.id, record).toString() as E164
        return { id: record.id, status: record.status, maskedNumber: maskNumber(number), number }
      })
  }

  return {
    list,
    async propose(operator, number) {
      for (const { id, status } of await list(operator)) if (status === 'pending') await store.delete(serviceId, id)
      const id: FactorId = `fct_${nanoid(22)}`
      const kept = encrypt(secrets, id, Buffer.from(number))
      const phone = { id, type: 'phone', subject: operator, label: null, status: 'pending', ...kept } as const
      await store.insert(serviceId, phone)
      return { id, status: 'pending', maskedNumber: maskNumber(number), number }
    },
    confirm: async (name, id, alone, audit) =>
      (await operatorFactors.confirm({ name, id, step: null, alone }, audit)) !== null,
  }
}
