// Operators of a console whose operators are called: with an app, with a phone beside it, or half way through the sign-in.

import assert from 'node:assert/strict'
import { after, before } from 'node:test'
import { codeFor } from '../factors/authenticator.ts'
import { nextNumber } from '../support/numbers.ts'
import { startCallConsole } from './call-console.ts'

type Pages = Awaited<ReturnType<typeof startCallConsole>>
export type Browser = ReturnType<Pages['browser']>

export const passwordOf = (name: string) => `the one of ${name}`
export const secretOn = (text: string) => /<code>([A-Z2-7 ]+)<\/code>/.exec(text)![1]!.replaceAll(' ', '')
export const factorOn = (text: string) => /name="factor" value="(fct_[\w-]+)"/.exec(text)![1]!
/** Of an app and a phone, in this order. */
export const factorsOn = (text: string) =>
  [...text.matchAll(/name="factor" value="(fct_[\w-]+)"/g)].map(([, id]) => id!)
const codeOn = (text: string) => /<p class="call-code">([\d ]+)<\/p>/.exec(text)![1]!.replaceAll(' ', '')

/** A console for the tests of one suite. */
export function suiteConsole() {
  let pages: Pages
  let operators: ReturnType<typeof enrolledOperators>
  before(async () => {
    pages = await startCallConsole()
    operators = enrolledOperators(pages)
  })
  after(() => pages?.stop())
  return { pages: () => pages, operators: () => operators }
}

export function enrolledOperators(pages: Pages) {
  /** After the password. */
  async function halfWay(name: string): Promise<Browser> {
    const browser = pages.browser()
    await browser.post('/sign-in', { name, password: passwordOf(name) })
    return browser
  }

  /** Signed in, with an app. */
  async function withApp(name: string): Promise<{ browser: Browser; secret: string }> {
    await pages.add(name, passwordOf(name))
    const browser = await halfWay(name)
    const { text } = await browser.post('/authenticator', {})
    const secret = secretOn(text)
    const code = codeFor(secret, 0, Date.now())
    assert.equal((await browser.post('/authenticator-code', { factor: factorOn(text), code })).location, 'live')
    return { browser, secret }
  }

  /** The code of the call that the page shows. */
  async function keyed(browser: Browser, path: string, number: string): Promise<void> {
    const code = codeOn((await browser.get(path)).text)
    await pages.server.phones.phone(number).answers()
    await pages.server.phones.phone(number).keys(code)
    await pages.server.phones.settled()
  }

  /** Signed in, with an app and a phone. */
  async function withBoth(name: string): Promise<{ browser: Browser; number: string }> {
    const { browser } = await withApp(name)
    const number = nextNumber()
    const { location } = await browser.post('/account-phone', { number, password: passwordOf(name) })
    assert.equal(location, 'account-call')
    await keyed(browser, '/account-call', number)
    assert.equal((await browser.post('/account-call', {})).location, 'account?done=phone_added')
    return { browser, number }
  }

  /** Signed in once more, by a call to the phone. */
  async function byCall(name: string, number: string): Promise<Browser> {
    const browser = await halfWay(name)
    await browser.post('/call', {})
    await keyed(browser, '/sign-in-call', number)
    assert.equal((await browser.post('/sign-in-call', {})).location, 'live')
    return browser
  }

  /** What the audit log has of the operator, newest first. */
  const acts = async (name: string) =>
    (await pages.audit()).filter(({ target }) => target === name).map(({ action, detail }) => `${action} ${detail}`)

  return { halfWay, withApp, withBoth, byCall, keyed, acts }
}
