// The labels that a counter or a histogram may come to have. A series that begins at 1 is no increase for Prometheus, so each
// begins at 0.

import type { CarrierName, Channel, Flow, Outcome } from '../domain/challenge.ts'
import { TRAFFIC_RULES } from '../domain/traffic-rule.ts'

const REASONS: { [S in Outcome['status']]: Extract<Outcome, { status: S }>['reason'][] } = {
  approved: ['code_matched', 'key_pressed'],
  denied: ['rejected', 'fraud_reported', 'too_many_attempts'],
  undelivered: [
    ...(['busy', 'no_answer', 'call_rejected', 'voicemail', 'hung_up', 'no_input', 'unreachable'] as const),
    'carrier_failed',
  ],
  expired: ['expired'],
  canceled: ['canceled'],
}

const WEBHOOK_KINDS = ['answer', 'turn', 'status', 'detection', 'fallback', 'receipt']

const CHANNELS_OF: Record<Flow, Channel[]> = { send_code: ['call', 'sms'], keypad_code: ['call'], approve: ['call'] }

export function createdLabels(): { flow: Flow; channel: Channel }[] {
  return (Object.keys(CHANNELS_OF) as Flow[]).flatMap((flow) => CHANNELS_OF[flow].map((channel) => ({ flow, channel })))
}

export function endedLabels(carriers: readonly CarrierName[]) {
  const outcomes = Object.entries(REASONS).flatMap(([status, reasons]) => reasons.map((reason) => ({ status, reason })))
  return createdLabels().flatMap((way) =>
    carriers.flatMap((carrier) => outcomes.map((outcome) => ({ ...way, carrier, ...outcome }))),
  )
}

export function decisionLabels() {
  return TRAFFIC_RULES.flatMap((rule) =>
    (['refused', 'recorded', 'began', 'ended'] as const).map((decision) => ({ rule, decision })),
  )
}

export function outcomeLabels() {
  return (Object.keys(CHANNELS_OF) as Flow[]).flatMap((flow) =>
    Object.keys(REASONS).map((status) => ({ flow, status })),
  )
}

export function requestLabels(carriers: readonly CarrierName[]) {
  return carriers.flatMap((carrier) =>
    (['call', 'sms'] as const).flatMap((channel) =>
      (['placed', 'refused', 'unknown'] as const).map((result) => ({ carrier, channel, result })),
    ),
  )
}

export function webhookLabels(carriers: readonly CarrierName[]) {
  return carriers.flatMap((carrier) =>
    WEBHOOK_KINDS.flatMap((kind) => ['2xx', '4xx', '5xx'].map((status) => ({ carrier, kind, status }))),
  )
}
