// A challenge that requires a page: the phone rings once the hosted page is open, and stops when its tab is closed.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Answerback } from '../../src/client/client.ts'
import { withoutChromium } from '../support/browser.ts'
import { nextNumber } from '../support/numbers.ts'
import { pagesOf } from './visitor-session.ts'

const API_KEY = 'a-key-of-the-page-tests-0123456789'

// As fast as life: a phone rings on for longer than the test unless it is hung up.
const { server, openSession, phoneOf } = pagesOf({ API_KEY, EXCHANGE_SPEED: '1' })

describe('a page that is required', { skip: withoutChromium }, () => {
  test('opens to a phone that rings, and closes to one that does not', async () => {
    const answerback = new Answerback({ baseUrl: server().url, key: API_KEY })
    const phone = await phoneOf(nextNumber())
    const challenge = await answerback.create({ to: phone.number, require_waiter: true })
    assert.deepEqual([challenge.status, challenge.require_waiter, challenge.deliveries], ['pending', true, []])
    const { newPage, close } = await openSession()
    const page = await newPage()
    await page.goto(`${server().url}/c/${challenge.id}#${challenge.page_token}`)
    await page.getByText('Keep this page open').waitFor()
    await page.getByRole('heading', { name: 'Ringing…' }).waitFor()
    await phone.rings()

    // A busy browser takes its time to close a tab, and the answer to the wait its own.
    const closingAt = Date.now()
    await page.close()
    const closedAt = Date.now()
    const ended = await answerback.wait(challenge.id)
    assert.equal(ended.status, 'canceled')
    const [atMost, atLeast] = [closingAt, closedAt].map((at) => (Date.parse(ended.ended_at!) - at) / 1000)
    assert.ok(atMost! > 3 && atLeast! < 15, `hung up ${atLeast} to ${atMost} s after the tab was closed`)
    const call = await phone.ends()
    assert.deepEqual([call.ending, call.hung_up_by], ['canceled', 'app'])
    await close()
  })
})
