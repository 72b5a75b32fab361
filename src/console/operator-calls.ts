// Calls that prove an operator's phone: the page shows a code, and the phone asks for it. The session names the call, so that
// no request can name another one.

import type { Challenges } from '../challenges/challenges.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { OperatorPhone, OperatorPhones } from '../factors/operator-phones.ts'
import { CONSOLE_SERVICE } from '../store/operator-schema.ts'
import type { OperatorSession } from '../store/operators.ts'
import type { ChallengeRecord } from '../store/types.ts'
import type { Clock } from '../time/clock.ts'
import type { ShownCall } from './pages/sign-in-call-pages.ts'

export type OperatorCalls = {
  place(name: string, phone: OperatorPhone): Promise<ChallengeRecord | Refusal>
  /** The call that the session names, if it is one of the console to a phone of this operator. */
  of(session: OperatorSession): Promise<{ record: ChallengeRecord; phone: OperatorPhone } | null>
  /** As the page shows it. */
  shown(record: ChallengeRecord): ShownCall
  find(record: ChallengeRecord): Promise<ChallengeRecord>
  /** Counted as what a page cancels: who knows only the password may not ring a phone for as long as they like. */
  cancel(record: ChallengeRecord): Promise<void>
}

type Deps = {
  challenges: Pick<Challenges, 'create' | 'find' | 'cancel' | 'secrets'>
  phones: Pick<OperatorPhones, 'list'>
  serviceName: string
  clock: Clock
}

/** What the operator is called with: a code of six digits, good for five minutes. */
const TERMS = {
  flow: 'keypad_code',
  channel: 'call',
  scope: 'login',
  locale: null,
  details: null,
  message: null,
  codeLength: 6,
  sharedPhrase: true,
  requireWaiter: false,
  initiatedBy: 'person',
  expiresIn: 300,
  from: null,
  carrier: null,
  fallback: [],
  extension: null,
  clientIp: null,
  session: null,
} as const

export function createOperatorCalls({ challenges, phones, serviceName, clock }: Deps): OperatorCalls {
  return {
    place(name, phone) {
      const metadata = { operator: name, factor: phone.id }
      const wanted = { ...TERMS, fallback: [], to: phone.number, metadata, account: name }
      return challenges.create({ id: CONSOLE_SERVICE, name: serviceName }, wanted, null, clock.now())
    },
    async of({ name, challengeId }) {
      const record = challengeId && (await challenges.find(challengeId))
      if (!record || record.request.serviceId !== CONSOLE_SERVICE) return null
      const { operator, factor } = record.request.metadata
      const phone = (await phones.list(name)).find(({ id }) => id === factor)
      return operator === name && phone ? { record, phone } : null
    },
    shown(record) {
      const isOver = record.challenge.outcome !== null || record.expired
      return {
        record,
        code: isOver ? null : challenges.secrets.code(record),
        phrase: isOver ? null : challenges.secrets.sharedPhrase(record),
      }
    },
    find: async (record) => (await challenges.find(record.challenge.id)) ?? record,
    async cancel({ challenge: { id, outcome } }) {
      if (outcome === null) await challenges.cancel(id, 'page', clock.now())
    },
  }
}
