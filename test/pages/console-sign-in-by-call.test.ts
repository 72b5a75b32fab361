// The console as in production, with a telephone: an operator keys the code of the page on the phone.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Browser, Page } from 'playwright-core'
import { startCallConsole } from '../console/call-console.ts'
import { codeFor } from '../factors/authenticator.ts'
import { openBrowser, TIMEOUT_MS, withoutChromium } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { inspectPage } from '../support/inspect-page.ts'
import { nextNumber } from '../support/numbers.ts'

describe('signing in to the console by a call', { skip: withoutChromium || withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startCallConsole>>
  let browser: Browser
  let server: ServerType
  let url = ''
  before(async () => {
    pages = await startCallConsole()
    browser = await openBrowser()
    const port = await freePort()
    server = serve({ fetch: new Hono().route('/console', pages.app).fetch, port, hostname: '127.0.0.1' })
    url = `http://127.0.0.1:${port}/console`
  })
  after(async () => {
    await browser?.close()
    server?.close()
    await pages?.stop()
  })

  async function withPassword(page: Page, name: string): Promise<void> {
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('Name').fill(name)
    await page.getByLabel('Password').fill('the drawn one')
    await page.keyboard.press('Enter')
  }
  const codeOf = async (page: Page) => (await page.locator('.call-code').innerText()).replaceAll(' ', '')
  const wrong = (code: string) => `${code.slice(0, -1)}${(Number(code.at(-1)) + 1) % 10}`

  test('a phone is set up, signs in, is given wrong keys and key 9', async () => {
    const number = nextNumber()
    const phone = pages.server.phones.phone(number)
    await pages.add('ada', 'the drawn one')
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(TIMEOUT_MS)
    const look = (what: string) => inspectPage(page, `console-call-${what}`, { widths: [390, 1280] })
    await withPassword(page, 'ada')
    await page.getByRole('heading', { name: 'Set up a second proof' }).waitFor()
    await look('set-up')
    await page.getByLabel('Number, with + and the country code').fill('0000')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Number, with + and the country code').fill(number)
    await page.keyboard.press('Enter')
    await page.getByText('Key this code on the phone').waitFor()
    await look('under-way')
    await phone.answers()
    await page.getByText('The call was answered.').waitFor()
    await phone.keys(await codeOf(page))
    await page.getByText('The code was right.').waitFor()
    await look('approved')
    await page.getByRole('button', { name: 'Continue' }).press('Enter')
    await page.getByRole('heading', { name: 'Live' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()

    await withPassword(page, 'ada')
    await page.getByRole('button', { name: 'Call me' }).waitFor()
    await look('choice')
    await page.getByRole('button', { name: 'Call me' }).press('Enter')
    await phone.answers()
    const code = await codeOf(page)
    await phone.keys(wrong(code))
    await phone.hears(/not the code|wrong|not right/i)
    await phone.keys(code)
    await page.getByText('The code was right.').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Live' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()

    await withPassword(page, 'ada')
    await page.getByRole('button', { name: 'Call me' }).click()
    await phone.answers()
    await phone.keys('9#')
    await page.getByText('reported with key 9').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').getByText('reported with key 9').waitFor()
    await look('reported')
    await page.getByRole('button', { name: 'Call me' }).click()
    await page.getByRole('alert').getByText('This phone is not called').waitFor()
    await page.close()
  })

  test('without JavaScript it signs in too', async () => {
    const number = nextNumber()
    const phone = pages.server.phones.phone(number)
    await pages.add('bob', 'the drawn one')
    const context = await browser.newContext({ javaScriptEnabled: false })
    const page = await context.newPage()
    page.setDefaultTimeout(TIMEOUT_MS)
    await withPassword(page, 'bob')
    await page.getByLabel('Number, with + and the country code').fill(number)
    await page.keyboard.press('Enter')
    await phone.answers()
    await phone.keys(await codeOf(page))
    await pages.server.phones.settled()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Live' }).waitFor()
    assert.match(page.url(), /\/live$/)
    await context.close()
  })

  test('by keyboard alone an app is added beside the phone, either is offered, and the phone is removed', async () => {
    const number = nextNumber()
    const phone = pages.server.phones.phone(number)
    await pages.add('kim', 'the drawn one')
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(TIMEOUT_MS)
    const look = (what: string) => inspectPage(page, `console-account-${what}`, { widths: [390, 1280] })
    const tabTo = async (name: string) => {
      for (let steps = 0; steps < 40; steps++) {
        await page.keyboard.press('Tab')
        const focused = await page.evaluate(() => {
          const { activeElement: element } = document
          const label = element instanceof HTMLInputElement ? element.labels?.[0] : element
          return element?.getAttribute('aria-label') ?? label?.textContent?.trim() ?? ''
        })
        if (focused === name) return
      }
      throw new Error(`${name} cannot be reached by Tab`)
    }
    await withPassword(page, 'kim')
    await page.getByLabel('Number, with + and the country code').fill(number)
    await page.keyboard.press('Enter')
    await page.getByText('Key this code on the phone').waitFor()
    await phone.answers()
    await phone.keys(await codeOf(page))
    await page.getByText('The code was right').waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Live' }).waitFor()

    await tabTo('kim: your sign-in')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Your sign-in' }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Remove' }).count(), 0)
    await look('phone-alone')
    await tabTo('Your password')
    await page.keyboard.type('the drawn one')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Add an authenticator app' }).waitFor()
    await look('new-app')
    const secret = (await page.locator('code').innerText()).replaceAll(' ', '')
    await page.keyboard.type(codeFor(secret, 0, Date.now()))
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('The authenticator app is added.').waitFor()
    await look('both')

    const other = await (await browser.newContext()).newPage()
    await withPassword(other, 'kim')
    await other.getByLabel('The code that it shows').waitFor()
    await other.getByRole('button', { name: 'Call me' }).waitFor()
    await other.context().close()

    await tabTo('Remove the app')
    await tabTo('Your password')
    await page.keyboard.type('the drawn one')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('The phone is removed, and you are signed out everywhere else.').waitFor()
    assert.equal(await page.getByRole('button', { name: 'Remove' }).count(), 0)
    await page.close()
  })
})
