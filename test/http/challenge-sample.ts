import type { Challenge, Outcome } from '../../src/domain/challenge.ts'
import type { ChallengeRecord } from '../../src/store/types.ts'

type Wish = { version?: number; outcome?: Outcome; outcomeVersion?: number; details?: string; flow?: Challenge['flow'] }

/** A challenge as the store gives it. */
export function stored({ version = 1, outcome, outcomeVersion, details, flow = 'send_code' }: Wish): ChallengeRecord {
  return {
    challenge: {
      id: 'chl_sample',
      flow,
      version,
      attemptsLeft: 5,
      codeDisclosed: false,
      fallback: [],
      deliveries: [
        {
          id: 'dlv_sample',
          channel: 'call',
          carrier: 'twilio',
          ref: 'CA1',
          price: 200,
          createdAt: '2026-01-31T12:00:00.000Z',
          progress: {
            state: 'answered',
            phase: 'code',
            turn: 2,
            turnStartedAt: '2026-01-31T12:00:09.000Z',
            misses: 0,
            wrongGates: 0,
            repeats: 0,
            notice: 'none',
            keyDrawn: false,
          },
          result: 'delivered',
        },
      ],
      outcome: outcome ?? null,
    },
    request: {
      serviceId: 'svc_sample',
      to: '+12025550123',
      maskedNumber: '+1••••••0123',
      numberHash: 'hash',
      askerHashes: null,
      region: 'US',
      scope: 'login',
      locale: 'en-US',
      details: details ?? null,
      message: null,
      codeLength: 6,
      sharedPhrase: false,
      requireWaiter: false,
      initiatedBy: 'person',
      secretId: 'secret',
      from: null,
      carrier: null,
      extension: null,
      metadata: {},
    },
    createdAt: '2026-01-31T12:00:00.000Z',
    expiresAt: '2026-01-31T12:05:00.000Z',
    endedAt: outcome ? '2026-01-31T12:00:41.000Z' : null,
    outcomeVersion: outcomeVersion ?? null,
    consumedAt: null,
    consumptionKey: null,
    charge: null,
    expired: false,
    reported: false,
    deliveryAge: 3,
    turnAge: 1,
  }
}
