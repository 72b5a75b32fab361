// The suite that every carrier passes. A carrier's own test provides its cases and tests its particulars.

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Carrier } from '../../src/carriers/carrier.ts'
import { documents } from './contract-documents.ts'
import { requests } from './contract-requests.ts'
import { webhooks } from './contract-webhooks.ts'
import { noRequestAllowed, type Subject } from './subject.ts'

export function contract(name: Carrier['name'], subject: Subject): void {
  describe(`${name} follows the carrier contract`, () => {
    const carrier = subject.make(noRequestAllowed)
    assert.equal(carrier.name, name)
    webhooks(subject, carrier)
    documents(subject, carrier)
    requests(subject)
  })
}
