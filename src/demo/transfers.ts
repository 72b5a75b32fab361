// A transfer, which a signed-in customer must approve once more by phone.

import type { Form } from './forms.ts'

export type Transfer = { payee: string; amount: number }

/** One that was made, and the signed statement that its owner approved it. */
export type ApprovedTransfer = Transfer & { receipt: string }

export const PAYEES = ['Ada Byron', 'Grace Hopper', 'Hedy Lamarr']
export const OPENING_BALANCE = 18_430

export function readTransfer({ payee, amount }: Form): Transfer | null {
  const euros = Number(amount)
  const known = PAYEES.find((name) => name === payee)
  return known && Number.isInteger(euros) && euros >= 1 && euros <= 5000 ? { payee: known, amount: euros } : null
}
