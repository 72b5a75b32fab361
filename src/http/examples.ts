// What the documentation shows as an answer.

import type { ChallengeView } from './challenge-view.ts'
import type { KeySetView, ReceiptView } from './receipt-schemas.ts'
import type { TimelineView } from './timeline-schema.ts'

const DELIVERY = 'dlv_3xQ8nC5dZr0LwYp7'

export const PENDING = {
  id: 'chl_V1StGXR8Z5jdHi6BmyT0Qk2W',
  status: 'pending',
  reason: null,
  flow: 'send_code',
  scope: 'login',
  to: '+1••••••0123',
  locale: 'en-US',
  details: null,
  attempts_left: 5,
  created_at: '2026-01-31T12:00:00.000Z',
  expires_at: '2026-01-31T12:05:00.000Z',
  ended_at: null,
  version: 2,
  deliveries: [
    {
      id: DELIVERY,
      channel: 'call',
      carrier: 'twilio',
      state: 'placing',
      result: null,
      created_at: '2026-01-31T12:00:00.000Z',
    },
  ],
  metadata: {},
} satisfies ChallengeView

export const APPROVED = {
  ...PENDING,
  status: 'approved',
  reason: 'code_matched',
  ended_at: '2026-01-31T12:00:41.000Z',
  version: 6,
} satisfies ChallengeView

export const CANCELED = {
  ...PENDING,
  status: 'canceled',
  reason: 'canceled',
  ended_at: '2026-01-31T12:00:20.000Z',
  version: 4,
} satisfies ChallengeView

export const TIMELINE = {
  events: [
    {
      at: '2026-01-31T12:00:00.000Z',
      type: 'created',
      delivery: DELIVERY,
      facts: { flow: 'send_code', channel: 'call', carrier: 'twilio' },
    },
    {
      at: '2026-01-31T12:00:00.300Z',
      type: 'placed',
      delivery: DELIVERY,
      facts: { ref: 'CA0c2f6ad1b9e84f3b8d1f2a7c5e9b4d60' },
    },
    { at: '2026-01-31T12:00:04.000Z', type: 'ringing', delivery: DELIVERY, facts: {} },
    { at: '2026-01-31T12:00:12.000Z', type: 'answered', delivery: DELIVERY, facts: { phase: 'gate' } },
    {
      at: '2026-01-31T12:00:21.000Z',
      type: 'dtmf_received',
      delivery: DELIVERY,
      facts: { turn: 1, key: 'right', phase: 'code' },
    },
    {
      at: '2026-01-31T12:00:41.000Z',
      type: 'code_submitted',
      delivery: null,
      facts: { right: true, hang_up: true, status: 'approved', reason: 'code_matched' },
    },
  ],
} satisfies TimelineView

export const RECEIPT = {
  receipt: 'eyJhbGciOiJFZERTQSIs…',
  number_key: 'hC7vYQx2m0oM3cH1rJ8iTn5uW9kZb4eFqLxS6dPpA2Y',
  consumed_at: '2026-01-31T12:00:42.000Z',
} satisfies ReceiptView

/** The public key of RFC 8037, appendix A.2, and its name by appendix A.3. */
export const KEY_SET = {
  keys: [
    {
      kty: 'OKP',
      crv: 'Ed25519',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
      kid: 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k',
      use: 'sig',
      alg: 'EdDSA',
    },
  ],
} satisfies KeySetView
