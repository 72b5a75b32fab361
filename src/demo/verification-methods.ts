// The ways by phone that the demo offers. Their names on the page stand in the texts.

import type { Channel, Flow } from '../client/client.ts'

export const VERIFICATION_METHODS = {
  call_code: { flow: 'send_code', channel: 'call' },
  text_code: { flow: 'send_code', channel: 'sms' },
  keypad_code: { flow: 'keypad_code', channel: 'call' },
  approve: { flow: 'approve', channel: 'call' },
} as const satisfies Record<string, { flow: Flow; channel: Channel }>

export type VerificationMethod = keyof typeof VERIFICATION_METHODS

export function parseMethod(name: string | undefined): VerificationMethod {
  return name !== undefined && Object.hasOwn(VERIFICATION_METHODS, name) ? (name as VerificationMethod) : 'call_code'
}
