// A challenge as the API takes and shows it.

/** How it is proved: a code sent to the phone, a code keyed on the phone, or one key pressed. */
export type Flow = 'send_code' | 'keypad_code' | 'approve'
export type Channel = 'call' | 'sms'
export type Carrier = 'twilio' | 'signalwire' | 'bandwidth' | 'plivo'

/** What to start. Only `to` is required. */
export type ChallengeRequest<F extends Flow = Flow> = {
  /** E.164 (`+12025550123`), or a national number together with `region`. */
  to: string
  /** ISO 3166 region that a national number belongs to, e.g. `US`. */
  region?: string
  /** Default `send_code`. */
  flow?: F
  /** Default `call`. */
  channel?: Channel
  /** What it is for; an approval of one scope is worthless for another. Default `login`. */
  scope?: string
  /** Language of the call, e.g. `de-DE`. Default `en-US`. */
  locale?: string
  /** What is being approved, spoken in the call: "Transfer 250 euros to Ada Byron". */
  details?: string | null
  /** Replaces the sentence that carries the code; must hold `{CODE}`, may hold `{NAME}` and `{SCOPE}`. */
  message?: string | null
  /** 4 to 8; default 6. */
  code_length?: number
  /** Two words on the page and first in each call, where 9 reports fraud. Default: as the server is set. */
  shared_phrase?: boolean
  /** Call and text only while a page is connected with the page token; without one, hang up. Default `false`. */
  require_waiter?: boolean
  /** `app`: the person did not ask for it just now, so it is refused at night where they are. Default `person`. */
  initiated_by?: 'person' | 'app'
  /** Seconds, 30 to 600; default 300. */
  expires_in?: number
  /** Yours: given back unchanged. */
  metadata?: Record<string, string>
  from?: string
  /** Pins one carrier. */
  carrier?: Carrier
  /** Channels to try when the first fails. */
  fallback?: Channel[]
  /** Keys dialled after the answer. */
  extension?: string
  /** The visitor's address, for the limits. */
  client_ip?: string
  /** Yours for the browser session that asks, for the limits. */
  session?: string
  /** Yours for the account that asks, for the limits: others can't lock it out of a number that it has proved. */
  account?: string
}

/** Why nobody was reached. */
export type Failure =
  | 'busy'
  | 'no_answer'
  | 'call_rejected'
  | 'voicemail'
  | 'hung_up'
  | 'no_input'
  | 'unreachable'
  | 'carrier_failed'

/** What exactly kept a delivery from the person, where the carrier names it. */
export type FailureCause = 'landline' | 'handset_off' | 'number_unknown' | 'blocked' | 'opted_out' | 'filtered'

/** How each flow may be approved and denied. */
type Decisions = {
  send_code: { approved: 'code_matched'; denied: 'fraud_reported' | 'too_many_attempts' }
  keypad_code: { approved: 'code_matched'; denied: 'too_many_attempts' }
  approve: { approved: 'key_pressed'; denied: 'rejected' | 'fraud_reported' }
}

export type Outcome<F extends Flow = Flow> =
  | { status: 'approved'; reason: Decisions[F]['approved'] }
  | { status: 'denied'; reason: Decisions[F]['denied'] }
  | { status: 'undelivered'; reason: Failure }
  | { status: 'expired'; reason: 'expired' }
  | { status: 'canceled'; reason: 'canceled' }

export type Status = 'pending' | Outcome['status']
export type Reason = Outcome['reason']

/** `delivered`, why it failed, or that it was ended by us. */
export type DeliveryResult = 'delivered' | Failure | 'canceled' | 'superseded'

/** One try to reach the person. `phase`, shown to the page token, is what is being said on an answered call. */
export type Delivery = {
  id: string
  carrier: Carrier
  result: DeliveryResult | null
  /** Of a failed delivery: set only where the carrier names it. */
  cause?: FailureCause
  created_at: string
  /** Only where the carrier speaks another than the challenge's: the nearest it has a voice for. */
  locale?: string
} & (
  | { channel: 'call'; state: 'answered'; phase?: 'gate' | 'code' | 'question' | 'goodbye' }
  | { channel: 'call'; state: 'placing' | 'ringing' | 'ended' }
  | { channel: 'sms'; state: 'placing' | 'sent' | 'ended' }
)

type Common = {
  id: string
  scope: string
  /** Masked. */
  to: string
  locale: string
  details: string | null
  attempts_left: number
  created_at: string
  expires_at: string
  /** Grows with every change. */
  version: number
  /** Oldest first; the last is the present one. None while it waits for the page that it requires. */
  deliveries: Delivery[]
  /** As it was asked for: it is called and texted only while a page is connected. */
  require_waiter?: true
  /** As given. Not to the page token. */
  metadata?: Record<string, string>
  /** When you used the approval, once you have. Not to the page token. */
  consumed_at?: string
  /** The code to show, of a pending `keypad_code`: in the answer to `create`, and to the page token. */
  display_code?: string
  /** The two words to show while a call is under way: in the answer to `create`, and to the page token. */
  shared_phrase?: string
  /** To the page token, of an `approve`: the key that approves is drawn for each call, which names it. Else it is 1. */
  key_drawn?: true
  /** To the page token: digits of the code. */
  code_length?: number
  /** To the page token: seconds until it expires, by the server's clock. */
  expires_in?: number
  /** To the page token: seconds until another delivery may be asked for. */
  redeliver_in?: number
}

type Pending = { status: 'pending'; reason: null; ended_at: null }
type Ended<F extends Flow> = Outcome<F> & { ended_at: string }

/** A challenge: pending until it has its one outcome, which never changes. Its `flow` says which reasons it may have. */
export type Challenge<F extends Flow = Flow> = F extends Flow ? Common & { flow: F } & (Pending | Ended<F>) : never

/** The only answer that holds the page token. Of a `keypad_code` that is pending it always holds the code to show. */
export type CreatedChallenge<F extends Flow = Flow> = Challenge<F> & { page_token: string } & ([F] extends [
    'keypad_code',
  ]
    ? (Pending & { display_code: string }) | Ended<F>
    : unknown)

/** `valid` is true once, for the right code in time. The rest is the challenge as it stands after the guess. */
export type CheckResult =
  | { valid: true; status: 'approved'; reason: 'code_matched'; attempts_left: number }
  | { valid: false; status: Status; reason: Reason | null; attempts_left: number }
