// A span for each thing that a carrier is asked for. What the HTTP request adds is set by outgoing-http.ts.

import type { Span } from '@opentelemetry/api'
import type { Carrier, PlacementResult } from '../carriers/carrier.ts'
import { type ClientSpan, failed } from './span-tree.ts'

export function traceCarrier(clientSpan: ClientSpan, carrier: Carrier): Carrier {
  const { name, listCalls, findMessage } = carrier
  const asked = <T>(operation: string, ask: () => Promise<T>, note: (span: Span, result: T) => void = () => {}) => {
    const attributes = { 'service.peer.name': name, 'answerback.carrier': name, 'answerback.operation': operation }
    return clientSpan({ name: `${name} ${operation}`, attributes }, async (span) => {
      const result = await ask()
      note(span, result)
      return result
    })
  }
  return {
    ...carrier,
    place: (call, signal) => asked('place', () => carrier.place(call, signal), notePlacement),
    sendSms: (message, signal) => asked('send_sms', () => carrier.sendSms(message, signal), notePlacement),
    hangUp: (ref, signal) => asked('hang_up', () => carrier.hangUp(ref, signal)),
    findCall: (ref, signal) => asked('find_call', () => carrier.findCall(ref, signal)),
    ...(listCalls && { listCalls: (call, signal) => asked('list_calls', () => listCalls(call, signal)) }),
    ...(findMessage && { findMessage: (ref, signal) => asked('find_message', () => findMessage(ref, signal)) }),
  }
}

function notePlacement(span: Span, { type }: PlacementResult): void {
  span.setAttribute('answerback.result', type)
  if (type !== 'placed') failed(span, type)
}
