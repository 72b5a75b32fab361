// The kinds of fault, how often each occurs, and until when. Each run draws its own rates: some kinds are common in it, some
// rare, some absent, since faults that are all equally likely hide the runs in which only two of them meet.

import type { Prng } from '../support/prng.ts'
import type { Scheduler } from './scheduler.ts'

export const FAULTS = {
  database_refuses: 'a statement fails and did not happen',
  database_unheard: 'a statement fails and has happened',
  database_stalls: 'a statement gets no answer for two seconds, and may happen after them',
  database_slow: 'for some seconds every statement takes up to two',
  database_away: 'no statement is answered for some seconds',
  notification_lost: 'an instance is not told that something has changed',
  carrier_unreached: 'no connection to a carrier',
  carrier_request_lost: 'a request to a carrier never arrives',
  carrier_answer_lost: "a carrier's answer never arrives",
  carrier_silent:
    'a carrier answers nothing for a minute or so, or cannot reach us either, and yet does what it is asked',
  carrier_slow: 'a carrier takes seconds to answer',
  carrier_refuses: 'a carrier refuses a call or message',
  carrier_blames_number: 'a carrier says that there is no such number',
  carrier_lists_late: "a carrier's list of calls is seconds behind",
  carrier_cannot_connect: 'a carrier takes a call or message, and then fails to connect or send it',
  carrier_fails: 'a carrier answers 500 and has done nothing',
  carrier_fails_after: 'a carrier answers 503 and has done it all the same',
  carrier_garbage: 'a page of HTML answers for a carrier',
  webhook_lost: 'a webhook never arrives',
  webhook_doubled: 'a webhook arrives twice',
  webhook_late: 'a webhook arrives seconds late, behind later ones',
  webhook_replayed: 'a webhook arrives again, up to a minute later',
  webhook_forged: 'a stranger sends a webhook',
  instance_crashes: 'an instance dies between two instructions, and another starts later',
  instance_stops: 'an instance is told to stop, and another starts later',
  app_answer_lost: "the app's connection breaks before the answer",
  push_refused: "the app's webhook answers 500",
  push_unheard: "the app's webhook takes a message and its answer is lost",
} as const

export type Fault = keyof typeof FAULTS

export type FaultRates = {
  /** Whether this fault strikes here and now, perhaps more likely than usual. One that does is noted. */
  occurs(fault: Fault, likelier?: number): boolean
  /** How likely it is in this run. */
  rate(fault: Fault): number
  readonly occurred: readonly { fault: Fault; at: number }[]
  /** After this nothing more goes wrong, so that everything must come to its end. */
  readonly endAt: number
}

const RATES = [0, 0, 0, 0.01, 0.05, 0.2]
/** A whole outage, a death or a stop is drawn once in a second or so, not once in a statement. */
const RARE = new Set<Fault>(['database_away', 'instance_crashes', 'instance_stops'])

export function drawFaultRates(prng: Prng, { now }: Pick<Scheduler, 'now'>): FaultRates {
  const calmAt = now() + prng.between(20, 150) * 1000
  // A quarter of all runs has no faults, so that whatever breaks in them is our own.
  const fine = prng.chance(0.25)
  const rates = new Map(
    (Object.keys(FAULTS) as Fault[]).map((fault) => {
      const rate = prng.pick(RATES)
      return [fault, fine ? 0 : rate * (RARE.has(fault) || fault.startsWith('database') ? 0.2 : 1)]
    }),
  )
  const struck: { fault: Fault; at: number }[] = []
  return {
    occurred: struck,
    endAt: calmAt,
    rate: (fault) => rates.get(fault)!,
    occurs(fault, likelier = 1) {
      if (now() >= calmAt || !prng.chance(rates.get(fault)! * likelier)) return false
      struck.push({ fault, at: now() })
      return true
    },
  }
}
