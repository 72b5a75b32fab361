// A developer reads the reference and tries a call in it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutChromium } from '../support/browser.ts'
import { inspectPage } from '../support/inspect-page.ts'
import { nextNumber, spacedNumber } from '../support/numbers.ts'
import { pagesOf } from './visitor-session.ts'

const { server, openSession } = pagesOf()

describe('the reference', { skip: withoutChromium }, () => {
  test('tries a call against this server, and asks nothing of another', async () => {
    const session = await openSession()
    const page = await session.newPage()
    const errors: string[] = []
    const hosts = new Set<string>()
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('request', (request) => /^https?:/.test(request.url()) && hosts.add(new URL(request.url()).origin))
    await page.goto(`${server().url}/docs`)
    await page.getByPlaceholder('Token').fill(/API key +(\S+)/.exec(server().output())![1]!)
    await inspectPage(page, 'docs', { widths: [390, 720], fullPage: false })
    await page.getByText('Start a challenge').first().click()
    await page.getByText('Test Request').first().click()
    const answer = page.waitForResponse((response) => response.url().endsWith('/v1/challenges'))
    await page.getByRole('button', { name: /^Send/ }).first().click()
    assert.equal((await answer).status(), 201)
    await page.getByText('"page_token"').first().waitFor()
    assert.deepEqual([...hosts], [server().url])
    assert.deepEqual(errors, [])
    await session.close()
  })

  test('a request says from which number, what for, in how many digits and in which words, and the phone shows it', async () => {
    const session = await openSession({ viewport: { width: 1280, height: 900 } })
    const page = await session.openPage('/docs')
    await page.getByPlaceholder('Token').fill(/API key +(\S+)/.exec(server().output())![1]!)
    await page.getByText('Start a challenge').first().click()
    await page.getByText('Test Request').first().click()
    const to = nextNumber()
    async function send(request: object): Promise<number> {
      await page.locator('.cm-content[contenteditable=true]').first().click()
      await page.keyboard.press('Control+a')
      await page.keyboard.insertText(JSON.stringify({ to, carrier: 'bandwidth', from: '+12025550102', ...request }))
      const answer = page.waitForResponse((response) => response.url().endsWith('/v1/challenges'))
      await page.getByRole('button', { name: /^Send/ }).first().click()
      return (await answer).status()
    }
    const own = { scope: 'transfer', code_length: 4, message: 'Dear Ada, {NAME} has {CODE} for your {SCOPE}.' }
    assert.equal(await send({ ...own, channel: 'sms', code_length: 9 }), 422)
    assert.equal(await send({ ...own, channel: 'sms', message: 'Without a code' }), 422)
    assert.equal(await send({ ...own, channel: 'sms' }), 201)
    assert.equal(await send({ ...own, channel: 'call' }), 201)

    const phones = await session.openPage('/phones')
    const card = phones.locator('#cards > li').filter({ hasText: spacedNumber(to) })
    await card.getByText(/^Dear Ada, Saltmarsh Bank has \d{4} for your transfer\.$/).waitFor()
    await card.getByText(/^Bandwidth · \+1 202 555 0102/).waitFor()
    await card.getByText('+1 202 555 0102 is calling').waitFor()
    // A call and a text are sent by applications of their own.
    const group = phones.locator('.group').filter({ hasText: spacedNumber(to) })
    const applications = ['create call', 'create message'].map(async (name) => {
      const request = group.locator('li').filter({ hasText: name })
      await request.locator('summary').evaluate((summary: HTMLElement) => summary.click())
      return /"applicationId": "([^"]+)"/.exec((await request.locator('pre').nth(1).textContent()) ?? '')?.[1]
    })
    const [voice, messaging] = await Promise.all(applications)
    assert.ok(voice && messaging && voice !== messaging, `${voice} ${messaging}`)
    await card.getByRole('button', { name: 'Decline' }).click()
    await session.close()
  })

  test('leads from the type of a problem to what it means', async () => {
    const session = await openSession()
    const page = await session.openPage('/docs#carrier_unavailable')
    await page.waitForURL('**/docs/problems#carrier_unavailable')
    assert.match(await page.locator('tr:target').innerText(), /503.*nothing was dialled/s)
    await inspectPage(page, 'docs-problems', { widths: [390, 720] })
    await session.close()
  })
})
