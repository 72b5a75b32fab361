// What an operator has beside the password.

import type { Factor } from '../domain/factor.ts'
import type { Factors } from '../factors/factors.ts'
import type { OperatorPhone, OperatorPhones } from '../factors/operator-phones.ts'
import { CONSOLE_SERVICE } from '../store/operator-schema.ts'

export type SecondFactors = { authenticator: Factor | null; phone: OperatorPhone | null; isEnrolled: boolean }

/** Those that were proved. */
export async function secondFactorsOf(
  name: string,
  factors: Pick<Factors, 'list'>,
  phones: Pick<OperatorPhones, 'list'>,
): Promise<SecondFactors> {
  const isProved = ({ status }: { status: string }) => status === 'confirmed'
  const authenticator = (await factors.list(CONSOLE_SERVICE, name)).find(isProved) ?? null
  const phone = (await phones.list(name)).find(isProved) ?? null
  return { authenticator, phone, isEnrolled: authenticator !== null || phone !== null }
}
