// The phones page as a tool: what it shows of calls and of the requests behind them, and what can be done with both.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import { Answerback, type ChallengeRequest, type Flow } from '../../src/client/client.ts'
import { Exchange, type TestPhone } from '../../src/testing/testing.ts'
import { TIMEOUT_MS, withoutChromium } from '../support/browser.ts'
import { inspectPage } from '../support/inspect-page.ts'
import { spacedNumber } from '../support/numbers.ts'
import { pagesOf } from './visitor-session.ts'

const KEY = 'key_of_at_least_24_characters'
const { server, openSession } = pagesOf({ API_KEY: KEY, LIMIT_PER_PREFIX: 'off', EXCHANGE_SPEED: '10' })
const run = promisify(execFile)

const exchange = () => new Exchange(server().url, { timeout: TIMEOUT_MS })
const client = () => new Answerback({ baseUrl: server().url, key: KEY })
const create = async <F extends Flow = 'send_code'>(phone: TestPhone, request: Partial<ChallengeRequest<F>> = {}) =>
  client().create({ to: phone.number, ...request } as ChallengeRequest<F>)

const cardOf = (page: Page, { number }: TestPhone) =>
  page.locator('#cards > li').filter({ hasText: spacedNumber(number) })
const groupOf = (page: Page, { number }: TestPhone) => page.locator('.group').filter({ hasText: spacedNumber(number) })

/** Beside the demo: half of a screen of 1440 by 800. */
const HALF = { width: 720, height: 800 }

const look = (page: Page, what: string) => inspectPage(page, `phones-${what}`, { widths: [390, 720] })

async function assertAboveTheFold(locator: Locator, page: Page) {
  const box = await locator.boundingBox()
  assert.ok(box && box.y >= 0 && box.y + box.height <= page.viewportSize()!.height, JSON.stringify(box))
}

// One after the other: they share the companies' switches, and the place at the top of the page.
describe('the phones page', { skip: withoutChromium }, () => {
  test('refusing at the first company is one click, and the second one rings, all of it above the fold', async () => {
    const session = await openSession({ viewport: HALF })
    const page = await session.openPage('/phones')
    const twilio = page.getByRole('switch', { name: 'Twilio' })
    assert.equal(await twilio.getAttribute('aria-checked'), 'true')
    await twilio.click()
    await page.getByRole('switch', { name: 'Twilio refuses', checked: false }).waitFor()
    const phone = await exchange().phone()
    await create(phone)
    const card = cardOf(page, phone)
    await card.getByText('Bandwidth').waitFor()
    await page.getByRole('switch', { name: 'Twilio' }).click()
    await page.getByRole('switch', { name: 'Twilio takes calls', checked: true }).waitFor()
    for (const name of ['Answer', 'Decline', 'Voicemail'])
      await assertAboveTheFold(card.getByRole('button', { name }), page)
    await card.getByRole('button', { name: 'Answer' }).click()
    await assertAboveTheFold(card.getByRole('button', { name: 'Hang up' }), page)
    await assertAboveTheFold(card.getByRole('group', { name: /Keypad/ }), page)
    await assertAboveTheFold(card.getByRole('log', { name: 'Captions' }), page)
    await card.getByRole('button', { name: 'Hang up' }).click()
    await session.close()
  })

  test('a call is answered, heard and keyed by the keyboard alone, and its code stands in large digits', async () => {
    const session = await openSession({ viewport: { width: 390, height: 844 } })
    const page = await session.openPage('/phones')
    const phone = await exchange().phone()
    const { id } = await create(phone)
    const card = cardOf(page, phone)
    await card.getByRole('button', { name: 'Answer' }).focus()
    await page.keyboard.press('Enter')
    await card.getByText(/press \d, then \d/).waitFor()
    const [, first, second] = /press (\d), then (\d)/.exec(await card.getByRole('log').innerText())!
    // In one request to the browser: the call waits some seconds for the second key.
    await page.keyboard.type(first! + second!)
    const digits = card.locator('.captions .code').first().locator('b')
    await digits.nth(5).waitFor()
    assert.ok((await digits.first().evaluate((digit) => Number.parseFloat(getComputedStyle(digit).fontSize))) >= 24)
    await assertAboveTheFold(card.getByRole('button', { name: 'Hang up' }), page)
    const code = (await digits.allInnerTexts()).join('')
    assert.equal((await client().check(id, code)).valid, true)
    await phone.ends()
    await card.getByText('What was said').click()
    await card
      .getByText([...code].join(' '))
      .first()
      .waitFor()
    await session.close()
  })

  test('requests stand by call with the webhooks about it, and are searched, copied and sent again', async () => {
    const session = await openSession({
      viewport: { width: 1440, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    const page = await session.openPage('/phones')
    const other = await exchange().phone()
    await other.will('approves')
    await client().wait((await create(other, { flow: 'approve' })).id)
    const phone = await exchange().phone()
    await phone.will('refuses')
    await client().wait((await create(phone, { flow: 'approve' })).id)
    const group = groupOf(page, phone)
    await group.getByText('challenge.denied').waitFor()
    assert.match(await group.locator('ol > li').first().innerText(), /create call/)
    const others = groupOf(page, other)
    assert.equal(await others.getByText('challenge.denied').count(), 0)

    await page.getByLabel('Search the wire').fill(spacedNumber(phone.number))
    await others.waitFor({ state: 'hidden' })
    assert.equal(await group.isVisible(), true)
    await page.getByLabel('Search the wire').fill('fraud_reported')
    await group.waitFor({ state: 'hidden' })
    await page.getByLabel('Search the wire').fill('')
    await page.getByLabel('Company').selectOption('Webhooks')
    await group.getByText('status ringing').waitFor({ state: 'hidden' })
    await page.getByLabel('Company').selectOption('All companies')
    await page.getByLabel('Failed only').check()
    await group.waitFor({ state: 'hidden' })
    await page.getByLabel('Failed only').uncheck()

    const ringing = group.locator('li').filter({ hasText: 'status ringing' })
    await ringing.locator('summary').click()
    await ringing.getByRole('button', { name: 'Send again' }).click()
    await ringing.getByText('Sent again: 204').waitFor()
    await group.getByText('sent again by hand').waitFor()
    await look(page, 'wire')
    await ringing.first().getByRole('button', { name: 'Copy as curl' }).click()
    await ringing.getByText('Copied').waitFor()
    // The signature is over these bytes, so the server takes the copy as it took the first.
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    const { stdout } = await run('sh', ['-c', copied])
    assert.match(stdout, /^HTTP\/1\.1 204/)
    const { stdout: forged } = await run('sh', ['-c', copied.replace('CallStatus=ringing', 'CallStatus=busy')])
    assert.match(forged, /^HTTP\/1\.1 403/)
    await session.close()
  })

  test('finished phones are cleared away, and come back with their next call', async () => {
    const session = await openSession({ viewport: HALF })
    const phone = await exchange().phone()
    await phone.will('approves')
    await create(phone, { flow: 'approve' })
    await phone.ends()
    const page = await session.openPage('/phones')
    const card = cardOf(page, phone)
    await card.waitFor()
    await page.getByRole('button', { name: 'Clear finished' }).click()
    await card.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'No phone is ringing' }).waitFor()
    const panels = page.locator('details.panel')
    await panels.evaluateAll((all) => {
      for (const panel of all) panel.setAttribute('open', '')
    })
    await look(page, 'empty')
    await create(phone)
    await card.getByRole('button', { name: 'Decline' }).click()
    await session.close()
  })

  test('a number that acts by itself is copied by a click, and does what is said beside it', async () => {
    const session = await openSession({ viewport: HALF, permissions: ['clipboard-read', 'clipboard-write'] })
    const page = await session.openPage('/phones')
    await page.getByRole('link', { name: 'Numbers' }).click()
    const row = page.locator('#numbers li').filter({ hasText: 'Reports fraud' })
    await row.getByRole('button').click()
    await row.getByText('Copied').waitFor()
    const to = await page.evaluate(() => navigator.clipboard.readText())
    const { id } = await client().create({ to, flow: 'approve' })
    assert.equal((await client().wait(id)).reason, 'fraud_reported')
    await session.close()
  })

  test('trouble is made at one company, and the panel says at which', async () => {
    const session = await openSession({ viewport: HALF })
    const page = await session.openPage('/phones')
    await page.getByRole('link', { name: 'Trouble' }).click()
    await page.getByLabel('Trouble at').selectOption('Bandwidth')
    await page.getByRole('group', { name: 'Status callbacks' }).getByLabel('arrive twice').check()
    await page.locator('#trouble .count').getByText('Bandwidth', { exact: true }).waitFor()
    type Faults = Record<string, { status: { double: boolean } }>
    const faults: Faults = await page.evaluate(() => fetch('/exchange/trouble').then((answer) => answer.json()))
    assert.deepEqual([faults.Bandwidth!.status.double, faults.Twilio!.status.double], [true, false])
    await page.getByRole('group', { name: 'Status callbacks' }).getByLabel('arrive twice').uncheck()
    await page.locator('#trouble .count').waitFor({ state: 'hidden' })
    await session.close()
  })

  test('it leads to the demo and to the reference', async () => {
    const session = await openSession({ viewport: HALF })
    const page = await session.openPage('/phones')
    for (const [name, path] of [
      ['Demo', '/demo'],
      ['API', '/docs'],
    ] as const) {
      const link = page.getByRole('link', { name, exact: true })
      assert.equal(await link.getAttribute('href'), path)
      assert.equal((await fetch(server().url + path)).status, 200)
    }
    await session.close()
  })

  test('ringing, in use and finished, it fits 390 px and 720 px in both themes, and axe finds nothing', async () => {
    const session = await openSession({ viewport: { width: 720, height: 844 } })
    const page = await session.openPage('/phones')
    const phone = await exchange().phone()
    const { id } = await create(phone)
    const card = cardOf(page, phone)
    await card.getByRole('button', { name: 'Answer' }).waitFor()
    await look(page, 'ringing')
    await card.getByRole('button', { name: 'Answer' }).click()
    await phone.opensGate()
    const digits = card.locator('.captions .code').first().locator('b')
    await digits.nth(5).waitFor()
    // The call may be over once it has been looked at.
    const code = (await digits.allInnerTexts()).join('')
    await look(page, 'captions')
    await client().check(id, code)
    await phone.ends()
    await groupOf(page, phone).getByText('challenge.approved').waitFor()
    await look(page, 'finished')
    await session.close()
  })
})
