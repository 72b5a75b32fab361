// How an approval was proved, as the ledger has it: over which deliveries, and by which methods of RFC 8176, section 2. The
// ledger is only ever added to, so a receipt that is asked for again says the same.

import type { TimelineEvent } from '../challenges/timeline.ts'
import type { CarrierName, Channel, Flow } from '../domain/challenge.ts'

export type ProofDelivery = {
  id: string
  channel: Channel
  carrier: CarrierName
  /** The carrier's own name for it; `null` where it was never told. */
  ref: string | null
  answered_at: string | null
}

export type AuthenticationMethod = 'tel' | 'sms' | 'otp'

export type Proof = { amr: AuthenticationMethod[]; deliveries: ProofDelivery[] }

type Known = ProofDelivery & {
  /** The code was said or texted over it, or the keys that approved were pressed at it. */
  isProof: boolean
}

export function proofOf(flow: Flow, events: readonly TimelineEvent[]): Proof {
  const known = new Map<string, Known>()
  for (const event of events) {
    begin(known, event)
    const delivery = event.delivery === null ? undefined : known.get(event.delivery)
    if (delivery) note(delivery, event, flow)
  }
  const proving = [...known.values()].filter(({ isProof }) => isProof)
  const channels = new Set(proving.map(({ channel }) => channel))
  return {
    amr: [
      ...(channels.has('call') ? ['tel' as const] : []),
      ...(channels.has('sms') ? ['sms' as const] : []),
      // A code that was guessed before any was said proves the code, and no phone.
      ...(flow === 'approve' ? [] : ['otp' as const]),
    ],
    deliveries: proving.map(({ isProof: _, ...delivery }) => delivery),
  }
}

function begin(known: Map<string, Known>, { type, delivery, facts }: TimelineEvent): void {
  const id = facts.next ?? (type === 'created' ? delivery : null)
  if (!id || !facts.channel || !facts.carrier) return
  const { channel, carrier } = facts
  known.set(id, { id, channel, carrier, ref: null, answered_at: null, isProof: false })
}

function note(delivery: Known, { type, at, facts }: TimelineEvent, flow: Flow): void {
  if (facts.ref !== undefined) delivery.ref = facts.ref
  if (type === 'answered') delivery.answered_at ??= at
  if (flow !== 'send_code') delivery.isProof ||= facts.status === 'approved'
  else if (delivery.channel === 'call') delivery.isProof ||= facts.phase === 'code'
  else if (type === 'placed' || type === 'placement_unknown' || type === 'delivered') delivery.isProof = true
  else if (type === 'undelivered' || type === 'placement_failed') delivery.isProof = false
}
