// People at two pages: one logs in at the demo, one picks up at the phones. Every byte between them goes the long way.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { Challenge, Reason } from '../../src/client/client.ts'
import { outcomeMessage } from '../../src/demo/outcome-sentences.ts'
import { openBrowser, withoutChromium } from '../support/browser.ts'
import { nextNumber, spacedNumber } from '../support/numbers.ts'
import { startDevelopment } from './development-server.ts'

let server: Awaited<ReturnType<typeof startDevelopment>>
let browser: Browser

before(async () => {
  if (withoutChromium) return
  ;[server, browser] = await Promise.all([startDevelopment(), openBrowser()])
})

after(async () => {
  await browser?.close()
  await server?.stop()
})

describe('two pages', { skip: withoutChromium, concurrency: 6 }, () => {
  test('a code is heard on the phone and typed on the page', async () => {
    const { demo, phone, keys, close } = await signIn('Call me with a code')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await keys((await heard(phone, /press (\d, then \d)/))[1]!.replace(/\D/g, ''))
    const code = await spokenCode(phone)
    const field = demo.getByLabel('Your 6-digit code')
    assert.equal(await field.getAttribute('autocomplete'), 'one-time-code')
    await field.fill(wrong(code))
    await demo.getByText(/4 (tries|attempts|guesses)/i).waitFor()
    await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`)
    await signedIn(demo)
    await close()
  })

  test('the code on the page is keyed on the phone', async () => {
    const { demo, phone, keys, close } = await signIn('Let me key in a code')
    const code = (await demo.locator('.shown-code .unseen').innerText()).replaceAll(' ', '')
    assert.match(code, /^\d{6}$/)
    await phone.getByRole('button', { name: 'Answer' }).click()
    await heard(phone, /Enter the six digit code/)
    await demo.getByRole('heading', { name: /line|phone|answered/i }).waitFor()
    await keys(wrong(code))
    await heard(phone, /not right/)
    await keys(code)
    await signedIn(demo)
    await close()
  })

  test('one key approves', async () => {
    const { demo, phone, keys, close } = await signIn('Ask me to press 1')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await heard(phone, /press 1/)
    await keys('1')
    await signedIn(demo)
    await close()
  })

  test('a text message brings the code', async () => {
    const { demo, phone, close } = await signIn('Text me a code')
    const [code] = await heard(phone, /\d{6}/)
    await demo.getByLabel('Your 6-digit code').fill(code)
    await signedIn(demo)
    await close()
  })

  const ENDINGS: { name: string; press?: string; button?: string; hangUp?: boolean; reason: Reason }[] = [
    { name: 'refusing', press: '2', reason: 'rejected' },
    { name: 'reporting fraud', press: '9', reason: 'fraud_reported' },
    { name: 'declining', button: 'Decline', reason: 'call_rejected' },
    { name: 'a busy line', button: 'Say busy', reason: 'busy' },
    { name: 'a voicemail, where nobody presses a key,', button: 'Voicemail', reason: 'no_input' },
    { name: 'hanging up', button: 'Answer', hangUp: true, reason: 'hung_up' },
    { name: 'a phone left ringing', button: 'Let it ring', reason: 'no_answer' },
  ]

  for (const { name, press, button, hangUp, reason } of ENDINGS) {
    test(`${name} is told as what it is`, async () => {
      const { demo, phone, keys, close } = await signIn('Ask me to press 1')
      await phone.getByRole('button', { name: button ?? 'Answer', exact: true }).click()
      if (press) {
        await heard(phone, /press 1/)
        await keys(press)
      }
      if (hangUp) await phone.getByRole('button', { name: 'Hang up' }).click()
      const status = demo.getByRole('status')
      await demo.locator('#ended:not([hidden])').waitFor({ timeout: 60_000 })
      const { title } = outcomeMessage({ reason, flow: 'approve', deliveries: [] } as unknown as Challenge)!
      assert.ok((await status.innerText()).startsWith(title), `${title}, not ${await status.innerText()}`)
      assert.equal(await demo.locator('#pending').isVisible(), false)
      await close()
    })
  }

  test('canceling on the page stops the ringing', async () => {
    const { demo, phone, close } = await signIn('Ask me to press 1')
    await demo.getByRole('button', { name: 'Cancel' }).click()
    await demo.locator('#ended:not([hidden])').waitFor()
    assert.match(await demo.getByRole('status').innerText(), /cancel/i)
    await phone.getByRole('button', { name: 'Answer' }).waitFor({ state: 'hidden' })
    await close()
  })

  test('calling again after nobody could be reached rings again', async () => {
    const { demo, phone, keys, close } = await signIn('Ask me to press 1')
    await phone.getByRole('button', { name: 'Say busy' }).click()
    await demo.locator('#again-call').click()
    await phone.getByRole('button', { name: 'Answer' }).click()
    await heard(phone, /press 1/)
    await keys('1')
    await signedIn(demo)
    await close()
  })

  test('a login needs no mouse', async () => {
    const { demo, phone, close } = await signIn('Ask me to press 1', async (page) => {
      await page.getByLabel('Phone number').press('Enter')
    })
    await phone.getByRole('button', { name: 'Answer' }).press('Enter')
    await heard(phone, /press 1/)
    await phone.page().keyboard.press('1')
    await signedIn(demo)
    await close()
  })

  for (const path of ['/demo', '/phones', '/docs']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${path} fits a small screen in the ${colorScheme}`, async () => {
        const context = await browser.newContext({ viewport: { width: 360, height: 700 }, colorScheme })
        const page = await openPage(context, path)
        const [wide, paper] = await page.evaluate(() => [
          document.documentElement.scrollWidth - document.documentElement.clientWidth,
          getComputedStyle(document.body).backgroundColor,
        ])
        assert.equal(wide, 0, 'it scrolls sideways')
        const [red = 0] = /\d+/.exec(paper as string)?.map(Number) ?? []
        assert.ok(
          colorScheme === 'dark' ? red < 80 : red > 175 || paper === 'rgba(0, 0, 0, 0)',
          `its paper is ${paper}`,
        )
        await context.close()
      })
    }
  }
})

/** Starts a login with a number of its own; the phone is that number's card on the phones page. */
async function signIn(way: string, submit = (page: Page) => page.getByRole('button', { name: 'Continue' }).click()) {
  const context = await browser.newContext()
  context.setDefaultTimeout(90_000)
  const number = nextNumber()
  const phones = await openPage(context, '/phones')
  const demo = await openPage(context, '/demo')
  await demo.getByLabel(way).check()
  await demo.getByLabel('Phone number').fill(number)
  await submit(demo)
  await demo.waitForURL('**/verify')
  const phone = phones.locator('#cards > li').filter({ hasText: spacedNumber(number) })
  await phone.waitFor()
  await phone.scrollIntoViewIfNeeded()
  const keys = async (digits: string) => {
    // Not by the mouse of the driver: it waits for animation frames, of which a page in the background has one a second.
    for (const digit of digits) {
      await phone
        .getByRole('button', { name: digit, exact: true })
        .evaluate((key) => (key as HTMLButtonElement).click())
    }
  }
  return { demo, phone, keys, close: () => context.close() }
}

/** Nothing may go wrong unseen: an error in a script, or a request refused by the page's own policy, fails the test. */
async function openPage(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage()
  page.on('pageerror', (error) => assert.fail(`${path}: ${error.message}`))
  page.on('console', (message) => assert.ok(!/Content Security Policy/.test(message.text()), message.text()))
  await page.goto(server.url + path)
  return page
}

async function heard(phone: ReturnType<Page['locator']>, pattern: RegExp): Promise<RegExpExecArray> {
  await phone.getByText(pattern).first().waitFor()
  const match = pattern.exec(await phone.innerText())
  assert.ok(match, `${pattern} is not to be seen`)
  return match
}

/** The digits are spoken one by one; the reading is whole when it begins again. */
async function spokenCode(phone: ReturnType<Page['locator']>): Promise<string> {
  await phone
    .getByText(/Once more/)
    .first()
    .waitFor()
  const said = /code is:?([\d,\s]+)/.exec(await phone.innerText())?.[1] ?? ''
  return said.replace(/\D/g, '').slice(0, 6)
}

async function signedIn(demo: Page): Promise<void> {
  await demo.waitForURL('**/account')
  assert.match(await demo.locator('main').innerText(), /ada/i)
}

function wrong(code: string): string {
  return code.slice(0, -1) + ((Number(code.at(-1)) + 1) % 10)
}
