// What a support agent can read to the customer, by how a challenge ended: what happened, and what to try next.

import type { Outcome } from '../../domain/challenge.ts'

export const CUSTOMER_SENTENCES: Record<Outcome['reason'], string> = {
  code_matched: 'Your code was right, and you can go on in the app.',
  key_pressed: 'You approved it on the phone, and can go on in the app.',
  rejected:
    'It was refused on your phone. If that was a mistake, start again in the app and press the key that approves.',
  fraud_reported: 'It was reported as fraud on your phone. If you did not begin it, change your password.',
  too_many_attempts: 'The code was typed wrongly too often. Ask for a new one in the app.',
  busy: 'Your line was busy. End the other call, then ask for a new one in the app.',
  no_answer: 'We called, and the call was not answered. Keep the phone at hand, then ask for a new call in the app.',
  call_rejected: 'The call was declined on your phone. Ask for a new one in the app, and take it.',
  voicemail:
    'Your mailbox took the call. Switch the forwarding off or answer sooner, then ask for a new call in the app.',
  hung_up: 'The call ended too early. Ask for a new one in the app, and stay on the line until it says goodbye.',
  no_input:
    'The call did not get the keys that it asked for. Ask for a new one in the app, and press them on the keypad.',
  unreachable: 'Your phone could not be reached. See that it is on and has a signal, then try again in the app.',
  carrier_failed: 'The call or text failed on our side, not on yours. Try again in the app in some minutes.',
  expired: 'The time for it was over. Start again in the app.',
  canceled: 'It was stopped in the app before it ended. Start again there if you still want it.',
}
