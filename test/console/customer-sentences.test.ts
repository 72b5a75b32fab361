import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeFragment } from '../../src/console/pages/challenge-page.ts'
import { REASON_WORDS } from '../../src/console/pages/challenge-words.ts'
import { CUSTOMER_SENTENCES } from '../../src/console/pages/customer-sentences.ts'
import type { Outcome } from '../../src/domain/challenge.ts'
import { aChallenge, aRequest } from '../store/samples.ts'

test('the page of a challenge has a sentence for the customer, one for each reason, with what to do next', () => {
  const reasons = Object.keys(REASON_WORDS) as Outcome['reason'][]
  assert.equal(new Set(Object.values(CUSTOMER_SENTENCES)).size, reasons.length)
  for (const reason of reasons) {
    const challenge = { ...aChallenge(), outcome: { status: 'undelivered', reason } as Outcome }
    const times = { createdAt: '2026-01-01T00:00:00.000Z', expiresAt: '2026-01-01T00:05:00.000Z', expired: false }
    const record = { challenge, request: aRequest(), ...times } as unknown as Parameters<
      typeof challengeFragment
    >[0]['record']
    const shown = String(challengeFragment({ record, events: [], service: null }))
    assert.match(shown, /To the customer:<\/b> \S.*(app|password)/, reason)
  }
})
