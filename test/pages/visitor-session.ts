// A browser against a development server, and a sign-in at the demo with the phone that it calls.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import { Exchange } from '../../src/testing/testing.ts'
import { openBrowser, TIMEOUT_MS, withoutChromium } from '../support/browser.ts'
import { nextNumber, spacedNumber } from '../support/numbers.ts'
import { type DevelopmentServer, startDevelopment } from './development-server.ts'

export type SignIn = {
  page: Page
  /** The number's card on the phones page. */
  phone: Locator
  /** Presses these keys of the phone. */
  press(keys: string): Promise<void>
  /** Another page of the same browser session. */
  openPage(path: string): Promise<Page>
  /** Fails when a page had a script error, or a request refused by its own policy. */
  close(): Promise<void>
}

/** For one test file: the server and the browser are started before its tests and stopped after them. */
export function pagesOf(settings: Record<string, string> = {}) {
  let server: DevelopmentServer
  let browser: Browser
  before(async () => {
    if (withoutChromium) return
    ;[server, browser] = await Promise.all([startDevelopment(settings), openBrowser()])
  })
  after(async () => {
    await browser?.close()
    await server?.stop()
  })

  /** A browser session, as of a new visitor. */
  async function openSession(options: BrowserContextOptions = {}) {
    const context: BrowserContext = await browser.newContext(options)
    context.setDefaultTimeout(TIMEOUT_MS)
    const errors: string[] = []
    async function newPage(): Promise<Page> {
      const page = await context.newPage()
      page.on('pageerror', (error) => errors.push(`${page.url()}: ${error.message}`))
      page.on('console', (message) => {
        if (/Content Security Policy/.test(message.text())) errors.push(`${page.url()}: ${message.text()}`)
      })
      return page
    }
    return {
      newPage,
      async openPage(path: string): Promise<Page> {
        const page = await newPage()
        await page.goto(server.url + path)
        return page
      },
      async close() {
        await context.close()
        assert.deepEqual(errors, [])
      },
    }
  }

  /** Signs in by a method of the form, with a number that no other test uses. */
  async function signIn(
    method: string,
    options: BrowserContextOptions = {},
    submit = (page: Page) => page.getByRole('button', { name: 'Continue' }).click(),
  ): Promise<SignIn> {
    const session = await openSession(options)
    // The phones page needs scripts, whatever the visitor's browser has.
    const phoneSession = options.javaScriptEnabled === false ? await openSession() : session
    const number = nextNumber()
    const phones = await phoneSession.openPage('/phones')
    const page = await session.openPage('/demo')
    await page.getByLabel('Password').press('Enter')
    await page.getByLabel(method).check()
    await page.getByLabel('Phone number').fill(number)
    await submit(page)
    await page.waitForURL('**/verify')
    const phone = phones.locator('#cards > li').filter({ hasText: spacedNumber(number) })
    await phone.waitFor()
    await phone.scrollIntoViewIfNeeded()
    return {
      page,
      phone,
      async press(keys) {
        // By script: the driver's mouse waits for animation frames, and a page in the background has one a second. All at
        // once: a round trip to a busy page may take longer than the call waits for the next key.
        await phone.getByRole('group', { name: /^Keypad/ }).evaluate((keypad, pressed) => {
          const buttons = [...keypad.querySelectorAll('button')]
          for (const key of pressed) buttons.find((button) => button.textContent === key)!.click()
        }, keys)
      },
      openPage: session.openPage,
      async close() {
        if (phoneSession !== session) await phoneSession.close()
        await session.close()
      },
    }
  }

  /** Taken in hand before the app calls or texts it. */
  const phoneOf = (number: string) => new Exchange(server.url, { timeout: TIMEOUT_MS }).phone(number)

  return { server: () => server, openSession, phoneOf, signIn }
}

/** A code that differs from the right one in its last digit. */
export function wrongCode(code: string): string {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10)
}

/** The code that the page shows to be keyed in. The page asks for it once it is there, and shows it a little later. */
export async function displayedCode(page: Page): Promise<string> {
  const digits = page.locator('.digits .unseen')
  await digits.waitFor()
  return (await digits.innerText()).replaceAll(' ', '')
}
