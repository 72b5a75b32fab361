// What the documentation shows as an answer.

import type { ChallengeView } from './challenge-view.ts'

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
      id: 'dlv_3xQ8nC5dZr0LwYp7',
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
