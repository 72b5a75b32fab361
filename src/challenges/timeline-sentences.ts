// A timeline in sentences that a support agent can read aloud. English only: they are for operators, not for the person who
// was called. What is not certain is not said: who hung up an answered call, or whether a mailbox picked it up, no carrier tells.

import type { CarrierName, Channel, FailureCause } from '../domain/challenge.ts'
import type { DtmfVerdict } from '../domain/events.ts'
import { outcomeSentence } from './outcome-sentence.ts'
import type { TimelineEvent, TimelineEventType, TimelineFacts } from './timeline.ts'
import { whyNoFallback, whyUnasked } from './unbegun-delivery-words.ts'

/** What the events before have said of the delivery that an event is about, and of the challenge. */
type Known = {
  flow: TimelineFacts['flow']
  channel: Channel
  carrier: string
  rangAt: string | null
  answeredAt: string | null
  /** What the caller was hearing. */
  phase: TimelineFacts['phase'] | null
  anyKeyPressed: boolean
  isHangUpAsked: boolean
}

type Sentence = (facts: TimelineFacts, known: Known, at: string) => string

/** One sentence or a few for each event, in its order. */
export function timelineSentences(events: readonly TimelineEvent[]): { at: string; text: string }[] {
  const deliveries = new Map<string, Known>()
  let latest = unknownDelivery(events[0]?.facts.flow)
  return events.map(({ at, type, delivery, facts }) => {
    // A delivery that begins is named by `next` where the event is about the one that has failed.
    const known = (delivery !== null && facts.next !== delivery && deliveries.get(delivery)) || latest
    const began = facts.next ?? (type === 'created' ? delivery : null)
    if (began) {
      latest = unknownDelivery(known.flow, facts)
      deliveries.set(began, latest)
    }
    const text = [
      SENTENCES[type](facts, type === 'created' ? latest : known, at),
      facts.hangUp && `We asked ${known.carrier} to hang up.`,
      outcomeSentence(facts.reason),
    ]
    note(known, type, facts, at)
    return { at, text: text.filter(Boolean).join(' ') }
  })
}

function unknownDelivery(flow: TimelineFacts['flow'], { channel = 'call', carrier }: TimelineFacts = {}): Known {
  const none = { rangAt: null, answeredAt: null, phase: null, anyKeyPressed: false, isHangUpAsked: false }
  return { flow, channel, carrier: carrier ? CARRIER_NAMES[carrier] : 'the carrier', ...none }
}

function note(known: Known, type: TimelineEventType, facts: TimelineFacts, at: string): void {
  if (type === 'ringing') known.rangAt ??= at
  if (type === 'answered') known.answeredAt ??= at
  if (facts.key !== undefined && facts.key !== 'none') known.anyKeyPressed = true
  if (facts.phase) known.phase = facts.phase
  if (facts.hangUp) known.isHangUpAsked = true
}

const CARRIER_NAMES: Record<CarrierName, string> = {
  twilio: 'Twilio',
  signalwire: 'SignalWire',
  bandwidth: 'Bandwidth',
  plivo: 'Plivo',
}

const PURPOSES = {
  send_code: 'by a code that is sent to the phone',
  keypad_code: 'by a code that is keyed on the phone',
  approve: 'by a question that is answered on the phone',
}

const SENTENCES: Record<TimelineEventType, Sentence> = {
  created: ({ flow, requireWaiter }, { channel, carrier }) =>
    `The app asked us to verify the number ${PURPOSES[flow ?? 'send_code']}. ${requireWaiter ? 'Nobody is called before its page is open.' : asked(channel, carrier)}`,
  delivery_requested: (facts) => `${whyAgain(facts)} ${asked(facts.channel, nameOf(facts))}`,
  placed: (_, { channel, carrier }) => `${carrier} took the ${channel === 'sms' ? 'message' : 'call'}.`,
  placement_unknown: (_, { channel, carrier }) =>
    channel === 'sms'
      ? `${carrier}'s answer was lost. The message may have been sent, so it counts as sent.`
      : `${carrier}'s answer was lost: the phone may ring or not. Nothing else is dialled until that is known.`,
  call_absent: (_, { carrier }) => `We asked ${carrier} about the call, and it lists none. We ask once more.`,
  placement_failed: (facts, { channel, carrier }) =>
    `${notPlaced(facts, channel, carrier)}${because(facts)}.${another(facts)}`,
  ringing: () => 'The phone rang.',
  answered: ({ phase }, known, at) =>
    `The call was answered${after(known.rangAt, at, ' of ringing')}. ${FIRST_WORDS[phase ?? 'goodbye'](known.flow)}`,
  dtmf_received: (facts, known) => KEYS[facts.key ?? 'none'](facts, known),
  voicemail_detected: (_, { carrier }) => `${carrier} heard a machine: a mailbox had picked up.`,
  document_failed: (_, { carrier }) => `${carrier} could not get or play what was to be said.`,
  ended: (facts, known, at) => `${callEnd(facts, known, at)}${because(facts)}.`,
  delivered: (_, { carrier }) => `${carrier} reported that the message arrived.`,
  undelivered: (facts, { carrier }) =>
    `${carrier} reported that the message did not arrive${because(facts)}.${another(facts)}`,
  fallback_unavailable: ({ channel, why }) =>
    `A ${channel === 'sms' ? 'message' : 'call'} was to follow, but ${whyNoFallback(why ?? 'no_carrier')}.`,
  check_due: (_, { channel, carrier, phase }) => {
    if (channel === 'call') return phase === null ? 'Nothing more came of the call.' : 'No more keys came.'
    return `No receipt had come. We asked ${carrier} about the message, and it had none either.`
  },
  code_submitted: ({ right, attemptsLeft }) =>
    right ? 'The right code was typed on the page.' : `A wrong code was typed on the page.${left(attemptsLeft)}`,
  number_reported: () => 'On another call to the number the person reported fraud, so this ended too.',
  codes_locked: () => 'Too many wrong codes in a row had been given for the number, so this one was not looked at.',
  canceled: ({ by }) => CANCELED[by ?? 'app'],
  page_left: () => 'No page had been open for some seconds, and this one needs an open page.',
  expired: () => 'Its time was over.',
  consumed: () => 'The app used the approval, and got a signed receipt of it. It can be used no second time.',
}

const CANCELED: Record<NonNullable<TimelineFacts['by']>, string> = {
  app: 'The app canceled it.',
  page: 'It was canceled on the page.',
  operator: 'Its service was deleted, so it was canceled.',
}

/** What is said when a call is answered. */
const FIRST_WORDS: Record<NonNullable<TimelineFacts['phase']>, (flow: TimelineFacts['flow']) => string> = {
  gate: () => 'We asked for the two keys that open the code.',
  code: () => 'We read the code.',
  question: (flow) =>
    flow === 'approve' ? 'We asked for the key that approves.' : 'We asked for the code on the screen.',
  goodbye: () => 'It was over by then, so we only said goodbye.',
}

const KEYS: Record<DtmfVerdict, (facts: TimelineFacts, known: Known) => string> = {
  right: (_, { phase, flow }) => {
    if (phase === 'gate') return 'The right two keys were pressed, so we read the code.'
    return flow === 'approve' ? 'The key that approves was pressed.' : 'The right code was keyed.'
  },
  wrong: (facts, { phase, flow }) => {
    if (phase === 'gate') return `Other keys than the two that open the code were pressed.${asAgain(facts)}`
    if (flow === 'approve') return 'Another key than the one that approves was pressed, which refuses.'
    return `A wrong code was keyed.${left(facts.attemptsLeft)}${asAgain(facts)}`
  },
  report: () => 'The key that reports a fraud was pressed: the person says that it was not them who asked.',
  repeat: (facts, { phase }) => {
    if (facts.phase === 'goodbye') return `A key was pressed to hear it again, too often by now.${asAgain(facts)}`
    return phase === 'code' ? 'A key was pressed, so we read the code again.' : 'Star was pressed, so we said it again.'
  },
  malformed: (facts, { flow }) =>
    `Keys were pressed that are ${flow === 'keypad_code' ? 'no code' : 'no answer'}.${asAgain(facts)}`,
  finish: (facts) => `Only the finish key was pressed.${asAgain(facts)}`,
  none: (facts, { phase, anyKeyPressed }) => {
    if (phase === 'code') return 'Nobody pressed a key to hear the code again, so we said goodbye.'
    const isPerhapsMailbox = facts.phase === 'goodbye' && !anyKeyPressed
    return `Nobody pressed a key${isPerhapsMailbox ? ', perhaps a mailbox' : ''}.${asAgain(facts)}`
  },
}

function asAgain({ phase }: TimelineFacts): string {
  if (phase === undefined) return ''
  return phase === 'goodbye' ? ' We said goodbye.' : ' We asked again.'
}

function asked(channel: Channel | undefined, carrier: string): string {
  return `We asked ${carrier} to ${channel === 'sms' ? 'text' : 'call'} it.`
}

function nameOf({ carrier }: TimelineFacts): string {
  return carrier ? CARRIER_NAMES[carrier] : 'the carrier'
}

function whyAgain({ fallback, by, channel, first }: TimelineFacts): string {
  if (first) return 'Its page was opened.'
  if (fallback) return `That had failed, so a ${channel === 'sms' ? 'message' : 'call'} followed.`
  const wish = channel === 'sms' ? 'a message' : 'a call'
  return by === 'page' ? `On the page ${wish} was asked for.` : `The app asked for ${wish}.`
}

/** A failed delivery is tried once more through another carrier. */
function another({ next, channel, carrier }: TimelineFacts): string {
  return next && carrier ? ` ${asked(channel, CARRIER_NAMES[carrier])}` : ''
}

function notPlaced({ result, why, mayHaveRung }: TimelineFacts, channel: Channel, carrier: string): string {
  const thing = channel === 'sms' ? 'message' : 'call'
  const unasked = whyUnasked(why ?? '', carrier)
  if (unasked) return unasked
  if (mayHaveRung) return `${carrier} did not say what became of the call, so it was given up. The phone may have rung`
  if (why === 'no such call') return `${carrier} lists no such call, so none was placed`
  if (result === 'unreachable') return `${carrier} refused the ${thing}, since the number can't be reached`
  return `${carrier} did not bring the ${thing} to the phone`
}

const CAUSES: Record<FailureCause, string> = {
  landline: 'a landline takes no messages',
  handset_off: 'the phone is off or out of reach',
  number_unknown: 'the network knows no such number',
  blocked: 'the phone, its owner or its network blocks it',
  opted_out: 'the person has asked for no more messages',
  filtered: 'it was taken for spam on its way',
}

/** The exact cause, and the code that the carrier gave, for whoever asks the carrier about it. */
function because({ cause, why }: TimelineFacts): string {
  const isOurs = why === undefined || whyUnasked(why, '') !== null || why === 'no such call' || why === 'no answer'
  return `${cause ? `: ${CAUSES[cause]}` : ''}${isOurs ? '' : ` (${why})`}`
}

function callEnd({ result }: TimelineFacts, known: Known, at: string): string {
  if (known.answeredAt) {
    const time = after(known.answeredAt, at, '')
    if (known.isHangUpAsked) return `The call ended${time}, hung up by us`
    if (known.phase === 'goodbye') return `The call ended${time}, with the goodbye`
    if (result === 'carrier_failed') return `${known.carrier} broke the call off${time}`
    const keys = known.phase !== 'code' && !known.anyKeyPressed ? '; no key had been pressed' : ''
    return `The line was hung up${time}${keys}`
  }
  return known.isHangUpAsked ? 'The phone no longer rings' : UNANSWERED[result ?? 'hung_up'](known, at)
}

const UNANSWERED: Record<NonNullable<TimelineFacts['result']>, (known: Known, at: string) => string> = {
  busy: () => 'The line was busy',
  no_answer: ({ rangAt }, at) => `Nobody answered${after(rangAt, at, ' of ringing')}`,
  call_rejected: () => 'The call was declined on the phone',
  voicemail: () => 'A mailbox had picked up',
  hung_up: () => 'The call was picked up, and over before a word was said',
  no_input: () => 'Nobody pressed a key',
  unreachable: () => 'The phone did not ring',
  carrier_failed: ({ carrier }) => `${carrier} did not bring the call to the phone`,
}

/** ` after 8 s`, when it is known since when. */
function after(since: string | null, at: string, of: string): string {
  return since === null ? '' : ` after ${Math.round((Date.parse(at) - Date.parse(since)) / 1000)} s${of}`
}

function left(attempts: number | undefined): string {
  if (attempts === undefined) return ''
  return attempts === 1 ? ' One attempt is left.' : ` ${attempts === 0 ? 'No' : attempts} attempts are left.`
}
