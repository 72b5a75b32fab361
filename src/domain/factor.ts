// A lasting way to prove a person that needs no carrier: an authenticator app, or a set of recovery codes.

export type FactorId = `fct_${string}`
export type FactorType = 'totp' | 'recovery_codes'
/** `phone`: an operator's own, which needs a carrier, and is none of the API. */
export type StoredFactorType = FactorType | 'phone'
export type FactorStatus = 'pending' | 'confirmed'

/** What may be shown of a factor at any time: it holds no secret. */
export type Factor = {
  id: FactorId
  type: FactorType
  /** The app's own name for the person. */
  subject: string
  /** What the authenticator app shows beside the code; `null` for recovery codes. */
  label: string | null
  status: FactorStatus
  /** Recovery codes not used yet; `null` for an authenticator app. */
  codesLeft: number | null
  /** ISO 8601, the database's time. */
  createdAt: string
  confirmedAt: string | null
  lastUsedAt: string | null
  lockedUntil: string | null
}

export type CheckReason =
  | 'code_matched'
  | 'wrong_code'
  /** Right, and accepted before. */
  | 'code_used'
  | 'locked'
  /** An authenticator app counts only after its first right code. */
  | 'not_confirmed'

/** A check of a factor that counts never says `not_confirmed`. */
export type CodeReason = Exclude<CheckReason, 'not_confirmed'>

export type CheckResult<Reason extends CheckReason = CheckReason> = {
  valid: boolean
  reason: Reason
  /** Wrong codes in a row that are left before the factor is locked. */
  attemptsLeft: number
  lockedUntil: string | null
}
