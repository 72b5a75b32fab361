import assert from 'node:assert/strict'
import { nanoid } from 'nanoid'
import type { Challenge, Delivery } from '../../src/domain/challenge.ts'
import type { AuditEntry } from '../../src/store/audit-log.ts'
import type { RuleQuestion } from '../../src/store/number-rules.ts'
import type { ChallengeRecord, ChallengeRequest, Creation, SaveChallenge } from '../../src/store/types.ts'

/** A call that has just been decided on: it bears no time, since that is the database's to say. */
export function aDelivery(): Delivery {
  return {
    id: `dlv_${nanoid()}`,
    channel: 'call',
    carrier: 'twilio',
    ref: null,
    price: 200,
    createdAt: '',
    progress: { state: 'placing', unknown: false },
    result: null,
  }
}

export function aChallenge(): Challenge {
  return {
    id: `chl_${nanoid()}`,
    flow: 'send_code',
    version: 1,
    attemptsLeft: 5,
    codeDisclosed: false,
    fallback: ['sms'],
    deliveries: [aDelivery()],
    outcome: null,
  }
}

export function aRequest(): ChallengeRequest {
  return {
    serviceId: 'svc_test',
    to: '+12025550123',
    maskedNumber: '+1••••••0123',
    numberHash: nanoid(),
    askerHashes: null,
    region: 'US',
    scope: 'login',
    locale: 'en-US',
    details: 'Transfer 250 euros to Ada Byron',
    message: null,
    codeLength: 6,
    sharedPhrase: true,
    requireWaiter: false,
    initiatedBy: 'person',
    secretId: 's1',
    from: '+12025550100',
    carrier: null,
    extension: null,
    metadata: { session: 'a "quoted" one', empty: '' },
  }
}

/** No rule is asked for. */
export const NO_RULES: RuleQuestion = { keys: [], service: 'svc_test', channel: 'call' }

export const aCreation: Creation = {
  entry: { type: 'created', delivery: null, facts: { channel: 'call', first: true, digits: 6, none: null } },
  outbox: [],
  begins: { rules: NO_RULES, owner: [], locks: [], consume: [], hold: [] },
  secondsUntilCheck: null,
}

function asRead(challenge: Challenge): ChallengeRecord {
  const at = '2026-01-02T03:04:05.678Z'
  const ages = { expired: false, reported: false, deliveryAge: 0, turnAge: 0 }
  const ended = { endedAt: null, outcomeVersion: null, consumedAt: null, consumptionKey: null }
  return { challenge, request: aRequest(), createdAt: at, expiresAt: at, ...ended, charge: null, ...ages }
}

/** Nobody looks at what is known of it: where somebody does, `before` is to be given. */
export function aChange(next: Challenge, rest: Partial<SaveChallenge> = {}): SaveChallenge {
  return {
    before: asRead(next),
    next,
    entry: { type: 'changed', delivery: null, facts: {} },
    outbox: [],
    rules: [],
    callOver: false,
    withoutPage: false,
    gateEntry: null,
    failures: [],
    owner: [],
    refund: [],
    secondsUntilCheck: null,
    inTime: false,
    ...rest,
  }
}

export const anAct: AuditEntry = {
  actor: 'cli:ada',
  action: 'webhooks.sent_again',
  target: 'all',
  reason: null,
  detail: {},
}

/** What a write that succeeds gives. */
export function asRecord(written: ChallengeRecord | object | string | null): ChallengeRecord {
  const record = written !== null && typeof written === 'object' && 'record' in written ? written.record : written
  assert.ok(record !== null && typeof record === 'object' && 'challenge' in record, JSON.stringify(written))
  return record as ChallengeRecord
}
