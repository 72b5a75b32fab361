// The console as in production: an operator signs in by keyboard, and is told in the page what is wrong.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Browser } from 'playwright-core'
import { startConsole } from '../console/console-app.ts'
import { lightHash } from '../console/light-hash.ts'
import { codeFor } from '../factors/authenticator.ts'
import { anAct } from '../store/samples.ts'
import { openBrowser, TIMEOUT_MS, withoutChromium } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { inspectPage } from '../support/inspect-page.ts'

describe('signing in to the console', { skip: withoutChromium || withoutPostgres }, () => {
  let pages: Awaited<ReturnType<typeof startConsole>>
  let browser: Browser
  let server: ServerType
  let url = ''
  before(async () => {
    pages = await startConsole()
    browser = await openBrowser()
    const port = await freePort()
    server = serve({ fetch: new Hono().route('/console', pages.signIn).fetch, port, hostname: '127.0.0.1' })
    url = `http://127.0.0.1:${port}/console`
  })
  after(async () => {
    await browser?.close()
    server?.close()
    await pages?.close()
  })

  test('password, authenticator app, and out again', async () => {
    await pages.store.operators.add(
      { name: 'ada', role: 'operator', passwordHash: await lightHash('the drawn one') },
      anAct,
    )
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(TIMEOUT_MS)
    const look = (what: string) => inspectPage(page, `console-${what}`, { widths: [390, 1280] })
    await page.goto(url)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill('another one')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('The name or the password is wrong').waitFor()
    assert.equal(await page.getByLabel('Name').inputValue(), 'ada')
    await look('sign-in-refused')
    await page.getByLabel('Password').fill('the drawn one')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Show the QR code' }).press('Enter')
    await page.getByText('It is shown once.').waitFor()
    await look('authenticator')
    const secret = (await page.locator('code').innerText()).replaceAll(' ', '')
    await page.getByLabel('The code that it shows').fill(codeFor(secret, 0, Date.now()))
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Live' }).waitFor()
    await page.getByText('Connected').waitFor()
    await look('signed-in')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goto(`${url}/live`)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.close()
  })
})
