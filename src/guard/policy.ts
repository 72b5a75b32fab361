// POLICY: what the named standard does not allow, and the clause that says so. README.md says what each flow is worth.

import type { Flow } from '../domain/challenge.ts'
import type { Refusal } from '../domain/refusal.ts'

export const POLICIES = ['standard', 'asvs', 'nist'] as const
export type PolicyName = (typeof POLICIES)[number]

export type PolicyTerms = { flow: Flow; codeLength: number; sharedPhrase: boolean; drawnKey: boolean }

/**
 * `asvs`: OWASP ASVS 5.0. `nist`: NIST SP 800-63B-4. The ten minutes of both (6.5.5, 3.1.3.2) bind under every policy,
 * since no challenge lives longer.
 */
export function policyRefusal(policy: PolicyName, terms: PolicyTerms): Refusal | null {
  return policy === 'asvs' ? asvs(terms) : policy === 'nist' ? nist(terms) : null
}

const MIN_DIGITS = 6

function asvs({ flow, codeLength, sharedPhrase, drawnKey }: PolicyTerms): Refusal | null {
  if (flow === 'approve') {
    if (!drawnKey) return refused('asvs', 'allows approve only with APPROVE_KEY=drawn: 1 is bound to no call', '6.6.2')
    return sharedPhrase ? null : refused('asvs', 'allows approve only with shared_phrase: true', '6.6.2')
  }
  return codeLength < MIN_DIGITS ? refused('asvs', `wants codes of ${MIN_DIGITS} digits or more`, '6.5.4') : null
}

function nist({ flow, codeLength }: PolicyTerms): Refusal | null {
  if (flow !== 'send_code')
    return refused('nist', 'allows only send_code: a secret must go from the verifier to the phone', '3.1.3.1')
  return codeLength < MIN_DIGITS ? refused('nist', `wants codes of ${MIN_DIGITS} digits or more`, '3.1.3.2') : null
}

const STANDARD = { asvs: 'ASVS 5.0', nist: 'SP 800-63B-4' }

function refused(policy: keyof typeof STANDARD, why: string, clause: string): Refusal {
  return { refused: 'policy', detail: `POLICY=${policy} ${why} (${STANDARD[policy]}, ${clause}).` }
}
