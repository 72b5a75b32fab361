// What every carrier must do, in its own language. A carrier's test states what is its own, and passes this suite.

import assert from 'node:assert/strict'
import { describe } from 'node:test'
import type { Carrier } from '../../src/carriers/carrier.ts'
import { documents } from './contract-documents.ts'
import { requests } from './contract-requests.ts'
import { webhooks } from './contract-webhooks.ts'
import { nobody, type Subject } from './subject.ts'

export function contract(name: Carrier['name'], subject: Subject): void {
  describe(`${name} keeps the contract of the carriers`, () => {
    const carrier = subject.make(nobody)
    assert.equal(carrier.name, name)
    webhooks(subject, carrier)
    documents(subject, carrier)
    requests(subject)
  })
}
