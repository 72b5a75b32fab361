// The faults of real carriers, switched on and off by a test, a script or the phones page.

import { CARRIER_NAMES, type CarrierName } from './carrier-name.ts'

/** `code` as Twilio numbers it; a carrier without numbers puts it in its own words. */
export type Refusal = { status: number; code: number; message?: string }

export type FaultInjection = {
  /** Progress, detection results and receipts. */
  status: {
    double: boolean
    /** Milliseconds before it is sent. */
    delay: number
    /** Each second one overtakes the one before it. */
    reorder: boolean
    lose: boolean
  }
  /** Requests that await a document. A lost one counts as a failed connection. */
  documents: {
    double: boolean
    delay: number
    lose: boolean
    /** Keys are posted only after the end of the call has been told, or after two seconds. */
    keysAfterEnd: boolean
  }
  /** Calls and messages that the app asks for, or asks about. */
  requests: {
    /** Milliseconds before the answer leaves; what it set off goes ahead. */
    delay: number
    /** Carried out, but the connection breaks before the answer. */
    loseAnswer: boolean
    /** Carried out, but answered with this error. */
    answerError: Refusal | null
    /** Not carried out, and answered with this error. */
    refuse: Refusal | null
    /** A page of HTML with status 200, as a proxy might send; nothing is carried out. */
    garbage: boolean
    /** Calls are missing from the list of calls. */
    unlisted: boolean
    /** Questions about calls and messages are answered with this error. */
    lookupError: Refusal | null
  }
}

export type FaultPatch = { [K in keyof FaultInjection]?: Partial<FaultInjection[K]> }

export const noFaults = (): FaultInjection => ({
  status: { double: false, delay: 0, reorder: false, lose: false },
  documents: { double: false, delay: 0, lose: false, keysAfterEnd: false },
  requests: {
    delay: 0,
    loseAnswer: false,
    answerError: null,
    refuse: null,
    garbage: false,
    unlisted: false,
    lookupError: null,
  },
})

/** The patch that a request body holds and the carrier that it is for, `null` for all; or what is wrong with it. */
export function parseFaultPatch({
  company = null,
  ...value
}: Record<string, unknown>): { patch: FaultPatch; carrier: CarrierName | null } | string {
  const carrier = CARRIER_NAMES.find((name) => name === company) ?? null
  if (company !== null && carrier === null) return `there is no company ${JSON.stringify(company)}`
  const known: Record<string, Record<string, unknown>> = noFaults()
  for (const [kind, part] of Object.entries(value)) {
    const kinds = Object.hasOwn(known, kind) ? known[kind] : undefined
    if (!kinds || typeof part !== 'object' || part === null) return `there are no faults of "${kind}"`
    for (const [name, setting] of Object.entries(part)) {
      if (!Object.hasOwn(kinds, name)) return `there is no fault "${name}" of ${kind}`
      const right = CHECKS[name]?.(setting) ?? typeof setting === typeof kinds[name]
      if (!right) return `${kind}.${name} cannot be ${JSON.stringify(setting)}`
    }
  }
  return { patch: value, carrier }
}

const CHECKS: Record<string, (value: unknown) => boolean> = {
  refuse: isRefusal,
  answerError: isRefusal,
  lookupError: isRefusal,
}

function isRefusal(value: unknown): boolean {
  if (value === null) return true
  const { status, code, message = '' } = value as Partial<Refusal>
  return (
    Number.isInteger(status) &&
    Number(status) >= 400 &&
    Number(status) <= 599 &&
    Number.isInteger(code) &&
    typeof message === 'string'
  )
}
