// What happened to a challenge, in order: its ledger as people and programs read it. It holds no key, code or full number.

import type { CarrierName, Channel, DeliveryId, Flow, Outcome } from '../domain/challenge.ts'
import type { AskedBy, ChallengeEvent, DtmfVerdict } from '../domain/events.ts'
import type { PolicyName } from '../guard/policy.ts'
import type { ChallengeRecord, LedgerLine } from '../store/types.ts'

/** `consumed`: the app used the approval, which changes nothing that the state machine knows. */
export type TimelineEventType = 'created' | ChallengeEvent['type'] | 'consumed'

type Told = Extract<ChallengeEvent, { type: 'ended' }>
type Ledger = {
  flow: Flow
  channel: Channel
  carrier: CarrierName
  /** The carrier's own name for the call or the message. */
  ref: string
  result: Told['result']
  cause: NonNullable<Told['cause']>
  /** The reason that was given, in the words or codes of who gave it. */
  why: string
  turn: number
  key: DtmfVerdict
  /** What the caller hears next. */
  phase: 'gate' | 'code' | 'question' | 'goodbye'
  /** Why the caller hears it once more. */
  notice: 'wrong' | 'silent' | 'repeat'
  /** Of a code that was typed. */
  right: boolean
  attemptsLeft: number
  fallback: boolean
  /** It had waited for a page. */
  first: true
  /** Of a challenge: nothing is dialled before a page is connected. */
  requireWaiter: true
  /** POLICY, where the creation was held to a standard. */
  policy: Exclude<PolicyName, 'standard'>
  /** Of an approval: the key had been drawn for the call. */
  keyDrawn: true
  by: AskedBy
  /** The delivery that began. */
  next: DeliveryId
  /** The carrier was asked to hang up. */
  hangUp: true
  mayHaveRung: true
  /** No fallback may follow, since the app was told that nothing would. */
  alone: true
}

export type TimelineFacts = Partial<Ledger> & Partial<Pick<Outcome, 'status' | 'reason'>>

export type TimelineEvent = {
  at: string
  type: TimelineEventType
  delivery: DeliveryId | null
  facts: TimelineFacts
}

/** Until the record was read. `status` and `reason` stand at the event that brought the outcome. */
export function timelineOf({ challenge, outcomeVersion }: ChallengeRecord, ledger: LedgerLine[]): TimelineEvent[] {
  return ledger
    .filter(({ version }) => version <= challenge.version)
    .map(({ at, type, delivery, facts, version }) => ({
      at,
      type: type as TimelineEventType,
      delivery,
      facts: { ...facts, ...(version === outcomeVersion && challenge.outcome) },
    }))
}
