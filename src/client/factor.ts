// A factor as the API takes and shows it: a lasting way to prove a person that needs no carrier.

/** An authenticator app, or ten recovery codes. `subject` is your own name for the person. */
export type FactorRequest =
  | { type: 'totp'; subject: string; label?: string; issuer?: string }
  | { type: 'recovery_codes'; subject: string }

export type Factor = {
  id: string
  type: FactorRequest['type']
  subject: string
  label: string | null
  /** `confirmed` after its first right code; before that it proves nothing. */
  status: 'pending' | 'confirmed'
  /** `recovery_codes`: those not used yet. */
  codes_left: number | null
  created_at: string
  confirmed_at: string | null
  last_used_at: string | null
  locked_until: string | null
}

/** The only answer that holds the secret, its QR code, or the recovery codes. */
export type CreatedFactor = Factor &
  ({ type: 'totp'; secret: string; otpauth_url: string; qr_svg: string } | { type: 'recovery_codes'; codes: string[] })

/** A wrong code is an answer, not an error. `attempts_left`: wrong codes in a row before the factor is locked. */
export type FactorCheck = {
  valid: boolean
  reason: 'code_matched' | 'wrong_code' | 'code_used' | 'locked' | 'not_confirmed'
  attempts_left: number
  locked_until: string | null
}

export type FactorConfirmation = Omit<FactorCheck, 'reason'> & {
  status: Factor['status']
  reason: Exclude<FactorCheck['reason'], 'not_confirmed'>
}
