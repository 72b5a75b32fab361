// What is shown of a call that proves an operator's phone, at the sign-in or when it is added: how it goes, and why there was
// none.

import { html } from 'hono/html'
import type { DeliveryState, Outcome } from '../../domain/challenge.ts'
import type { Refusal } from '../../domain/refusal.ts'
import type { ChallengeRecord } from '../../store/types.ts'
import type { Html } from './page-frame.ts'
import { signInPage } from './sign-in-pages.ts'

/** `code`, `phrase`: only while they are worth something. */
export type ShownCall = { record: ChallengeRecord; code: string | null; phrase: string | null }

export function callPage(call: ShownCall): Html {
  return signInPage(
    'A call to your phone',
    null,
    html`<div data-stream="sign-in-call-events">${callFragment(call)}</div>
    <p class="connection" id="connection" role="status"></p>
    <form class="sign-in" method="post" action="sign-in-call"><button class="main">Continue</button></form>
    <form method="post" action="sign-in-call-cancel"><button>Hang up, and sign in another way</button></form>`,
    'live',
  )
}

export function callFragment({ record, code, phrase }: ShownCall): Html {
  const number = record.request.maskedNumber
  if (code === null) return html`<p class="lead" role="status">${endSentence(record)}</p>`
  return html`<p class="lead" role="status">${PROGRESS[stateOf(record)](number)}</p>
    <p>Key this code on the phone when the voice asks for it:</p>
    <p class="call-code">${code.split('').join(' ')}</p>
    ${phrase === null ? '' : html`<p>The voice says the words <strong>${phrase}</strong> first. If it says others, or you did not ask for this call, press 9.</p>`}`
}

/** Of a call that did not prove anything. */
export function endSentence({ challenge, expired }: ChallengeRecord): string {
  if (challenge.outcome) return ENDS[challenge.outcome.reason]
  return expired ? ENDS.expired : 'The call is not over yet: key the code on the phone first.'
}

export function refusalSentence({ refused, detail, retryAfter = 0 }: Refusal): string {
  if (refused === 'invalid') return detail
  if (refused === 'rate_limited')
    return `There were too many calls: the next one may be asked for in ${minutes(retryAfter)}.`
  return REFUSALS[refused]
}

type State = Exclude<DeliveryState['state'], 'waiting'>

const PROGRESS: Record<State, (number: string) => string> = {
  placing: (number) => `We are calling ${number}.`,
  ringing: (number) => `The phone ${number} rings.`,
  answered: () => 'The call was answered.',
  sent: () => 'A message was sent.',
  ended: () => 'The call is over.',
}

function stateOf({ challenge }: ChallengeRecord): State {
  const state = challenge.deliveries.at(-1)?.progress.state ?? 'placing'
  return state === 'waiting' ? 'placing' : state
}

const ENDS: Record<Outcome['reason'], string> = {
  code_matched: 'The code was right. Press Continue.',
  key_pressed: 'The call was approved. Press Continue.',
  rejected: 'The call was refused on the phone.',
  fraud_reported:
    'The call was reported with key 9, and this phone is not called again until a rule of the guard is lifted.',
  too_many_attempts: 'Too many wrong codes were keyed.',
  busy: 'The line was busy.',
  no_answer: 'Nobody answered the call.',
  call_rejected: 'The call was declined on the phone.',
  voicemail: 'A mailbox answered the call.',
  hung_up: 'The call ended before the code was keyed.',
  no_input: 'No code was keyed in the call.',
  unreachable: 'The phone could not be reached.',
  carrier_failed: 'The carriers could not place the call.',
  expired: 'The code is too old.',
  canceled: 'The call was canceled.',
}

const REFUSALS: Record<Exclude<Refusal['refused'], 'invalid' | 'rate_limited'>, string> = {
  conflict: 'A call to this phone is under way: let it end first.',
  number_blocked: 'This phone is not called: a call was reported with key 9, or a rule of the guard blocks it.',
  country_not_allowed: 'This server calls no phone of that country or kind.',
  policy: 'The policy of this server allows no sign-in by a call.',
  quiet_hours: 'This server places no calls there at this hour.',
  carrier_unavailable: 'No carrier can place a call at the moment.',
  not_found: 'The call could not be placed.',
}

function minutes(seconds: number): string {
  const count = Math.max(1, Math.ceil(seconds / 60))
  return count === 1 ? 'a minute' : `${count} minutes`
}
