// Plivo's hangup causes. docs.plivo.com/docs/voice/troubleshooting/hangup-causes

import type { Call, Ending, Party } from '../simulator/call.ts'

export const SYSTEM_RING_SECONDS = 120

type Cause = { status: string; cause: string; name: string; code: number }

const CAUSES: Record<Ending, Cause> = {
  completed: { status: 'completed', cause: 'NORMAL_CLEARING', name: 'Normal Hangup', code: 4000 },
  busy: { status: 'busy', cause: 'USER_BUSY', name: 'Busy Line', code: 3010 },
  declined: { status: 'busy', cause: 'CALL_REJECTED', name: 'Rejected', code: 3020 },
  no_answer: { status: 'no-answer', cause: 'NO_ANSWER', name: 'No Answer', code: 3000 },
  canceled: { status: 'cancel', cause: 'ORIGINATOR_CANCEL', name: 'Cancelled', code: 1000 },
  unreachable: { status: 'failed', cause: 'SUBSCRIBER_ABSENT', name: 'Destination Out Of Service', code: 2010 },
  no_answer_at_once: { status: 'no-answer', cause: 'NO_ANSWER', name: 'No Answer', code: 3000 },
  carrier_failed: {
    status: 'failed',
    cause: 'NORMAL_CIRCUIT_CONGESTION',
    name: 'Simultaneous Dial Limit Reached',
    code: 1020,
  },
  no_such_number: { status: 'failed', cause: 'UNALLOCATED_NUMBER', name: 'Invalid Destination Address', code: 2000 },
  application_error: { status: 'completed', cause: 'NORMAL_CLEARING', name: 'Error In The XML', code: 8011 },
}
const END_OF_XML: Cause = { ...CAUSES.completed, name: 'End Of XML Instructions', code: 4010 }
const RING_TIMEOUT: Cause = { status: 'timeout', cause: 'NO_ANSWER', name: 'Ring Timeout Reached', code: 6010 }
const SOURCES: Record<Party, string> = { person: 'Callee', company: 'Plivo', app: 'API Request' }

export const liveStatus = (call: Call) => (call.state === 'answered' ? 'in-progress' : 'ringing')

/** `broken`: the error code of the last document. */
export function causeOf(call: Call, ringSeconds: number, broken: number | null): Cause {
  const ending = call.ending ?? 'completed'
  if (ending === 'completed' && call.hungUpBy === 'company') return END_OF_XML
  if (ending === 'no_answer' && ringSeconds === SYSTEM_RING_SECONDS) return RING_TIMEOUT
  if (ending === 'application_error' && broken !== null) return { ...CAUSES[ending], code: broken }
  return CAUSES[ending]
}

export function sourceOf({ ending, hungUpBy }: Call): string {
  if (ending === 'application_error') return 'Error'
  if (ending === 'busy' || ending === 'declined') return 'Callee'
  return ending === 'completed' && hungUpBy === 'company' ? 'Answer XML' : SOURCES[hungUpBy ?? 'company']
}
