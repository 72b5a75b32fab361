// Two pages of one browser: the demo, where a person signs in, and the phones, where the call is answered. Each request
// between them goes by way of the server and the exchange.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Locator, Page } from 'playwright-core'
import { TIMEOUT_MS, withoutChromium } from '../support/browser.ts'
import { displayedCode, pagesOf, wrongCode } from './visitor-session.ts'

const { openSession, signIn } = pagesOf({ ALLOWED_COUNTRIES: 'US,DE' })

describe('a sign-in at the demo, with a phone of the exchange', { skip: withoutChromium, concurrency: 3 }, () => {
  test('a code is heard on the phone and typed on the page', async () => {
    const { page, phone, press, close } = await signIn('Call me with a code')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await press((await heard(phone, /press (\d, then \d)/))[1]!.replace(/\D/g, ''))
    const code = await spokenCode(phone)
    const field = page.getByLabel('Your 6-digit code')
    assert.equal(await field.getAttribute('autocomplete'), 'one-time-code')
    await field.fill(wrongCode(code))
    await page.getByText('4 tries are left').waitFor()
    await field.fill(`${code.slice(0, 3)} ${code.slice(3)}`)
    await signedIn(page, phone)
    await close()
  })

  test('the code on the page is keyed on the phone', async () => {
    const { page, phone, press, close } = await signIn('Let me key in a code')
    const code = await displayedCode(page)
    assert.match(code, /^\d{6}$/)
    await phone.getByRole('button', { name: 'Answer' }).click()
    await heard(phone, /Enter the six digit code/)
    await page.getByRole('heading', { name: 'Answered', exact: true }).waitFor()
    await press(wrongCode(code))
    await heard(phone, /not right/)
    await press(code)
    await signedIn(page, phone)
    await close()
  })

  test('one key approves', async () => {
    const { page, phone, press, close } = await signIn('Ask me to press a key')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await heard(phone, /press 1/)
    await press('1')
    await signedIn(page, phone)
    await close()
  })

  test('a text message brings the code', async () => {
    const { page, phone, close } = await signIn('Text me a code')
    const [, code] = await heard(phone, /(\d{6}) is your Saltmarsh Bank \S+ code\. It expires in 5 minutes\./)
    await page.getByLabel('Your 6-digit code').fill(code!)
    await signedIn(page, phone)
    await close()
  })

  test('after a text, "Call me instead" has the same code read out', async () => {
    const { page, phone, press, close } = await signIn('Text me a code')
    const [texted] = await heard(phone, /\d{6}/)
    await page.getByRole('button', { name: 'Call me instead' }).click()
    await phone.getByRole('button', { name: 'Answer' }).click()
    await press((await heard(phone, /press (\d, then \d)/))[1]!.replace(/\D/g, ''))
    assert.equal(await spokenCode(phone), texted)
    await page.getByLabel('Your 6-digit code').fill(texted)
    await signedIn(page, phone)
    await close()
  })

  test('a number is written as in the country that is chosen, and what is none is refused at its field', async () => {
    const { openPage, close } = await openSession()
    const page = await openPage('/demo')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Country').selectOption('Germany')
    await page.getByLabel('Phone number').fill('12')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('That is not a phone number').waitFor()
    assert.equal(await page.getByLabel('Country').inputValue(), 'DE')
    await page.getByLabel('Phone number').fill('030 23125 417')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/verify')
    await page.getByText(/^\+49•+5417$/).waitFor()
    await close()
  })

  type Ending = { what: string; button?: string; press?: string; hangUp?: boolean; title: string }

  const ENDINGS: Ending[] = [
    { what: 'a refusal', press: '2', title: 'Refused on the phone' },
    { what: 'a report of fraud', press: '9', title: 'Reported as not you' },
    { what: 'a declined call', button: 'Decline', title: 'The call was declined' },
    { what: 'a busy line', button: 'Say busy', title: 'The line was busy' },
    { what: 'a hang-up', hangUp: true, title: 'The call ended too soon' },
  ]

  for (const { what, button = 'Answer', press: key, hangUp, title } of ENDINGS) {
    test(`${what} is shown as "${title}"`, async () => {
      const { page, phone, press, close } = await signIn('Ask me to press a key')
      await phone.getByRole('button', { name: button, exact: true }).click()
      if (key) {
        await heard(phone, /press 1/)
        await press(key)
      }
      if (hangUp) await phone.getByRole('button', { name: 'Hang up' }).click()
      await page.getByRole('link', { name: 'Choose another way' }).waitFor()
      assert.equal(await page.locator('.title').innerText(), title)
      assert.equal(await page.getByRole('timer').isVisible(), false)
      await close()
    })
  }

  test('canceling on the page stops the ringing', async () => {
    const { page, phone, close } = await signIn('Ask me to press a key')
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('link', { name: 'Choose another way' }).waitFor()
    assert.equal(await page.locator('.title').innerText(), 'Canceled')
    await phone.getByRole('button', { name: 'Answer' }).waitFor({ state: 'hidden' })
    await close()
  })

  test('calling again after a busy line rings again', async () => {
    const { page, phone, press, close } = await signIn('Ask me to press a key')
    await phone.getByRole('button', { name: 'Say busy' }).click()
    await page.getByRole('button', { name: 'Call me again' }).click()
    await phone.getByRole('button', { name: 'Answer' }).click()
    await heard(phone, /press 1/)
    await press('1')
    await signedIn(page, phone)
    await close()
  })

  test('a login needs no mouse', async () => {
    const { page, phone, close } = await signIn('Ask me to press a key', {}, (form) =>
      form.getByLabel('Phone number').press('Enter'),
    )
    await phone.getByRole('button', { name: 'Answer' }).press('Enter')
    await heard(phone, /press 1/)
    await phone.page().keyboard.press('1')
    await signedIn(page, phone)
    await close()
  })

  for (const path of ['/demo', '/phones', '/docs']) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`${path} fits a small screen, in ${colorScheme} colours`, async () => {
        const session = await openSession({ viewport: { width: 360, height: 700 }, colorScheme })
        const page = await session.openPage(path)
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        assert.equal(overflow, 0, 'it scrolls sideways')
        const background = await shownBackground(page)
        const [red, , , opacity = 1] = background.match(/[\d.]+/g)!.map(Number)
        assert.equal(opacity, 1, background)
        assert.ok(colorScheme === 'dark' ? red! < 80 : red! > 175, background)
        await session.close()
      })
    }
  }
})

/** Read and matched in one look: a moment later the call may be over, and its words gone from the card. */
async function heard(phone: Locator, pattern: RegExp): Promise<RegExpExecArray> {
  const deadline = performance.now() + TIMEOUT_MS
  for (;;) {
    const text = await phone.innerText()
    const match = pattern.exec(text)
    if (match) return match
    if (performance.now() > deadline) assert.fail(`${pattern} is not shown:\n${text}`)
    await pause(50)
  }
}

/** The digits are spoken one by one; the reading is whole when it begins again. */
async function spokenCode(phone: Locator): Promise<string> {
  const [, said] = await heard(phone, /code is:?([\d,\s]+).*Once more/s)
  return said!.replace(/\D/g, '').slice(0, 6)
}

/** Fails with what both pages show instead. */
async function signedIn(page: Page, phone: Locator): Promise<void> {
  await page.waitForURL('**/account').catch(async (error: Error) => {
    const shown = [await page.locator('main').innerText(), await phone.innerText()]
    throw new Error(`${error.message}\n${shown.join('\n')}`)
  })
  assert.match(await page.locator('main').innerText(), /Good to see you, ada/)
}

/** The body's, or where that is transparent the root's; a page without either shows the canvas of its colour scheme. */
function shownBackground(page: Page): Promise<string> {
  return page.evaluate(() => {
    const [body, root] = [document.body, document.documentElement].map((one) => getComputedStyle(one))
    const color = [body!.backgroundColor, root!.backgroundColor].find((one) => one !== 'rgba(0, 0, 0, 0)')
    return color ?? (root!.colorScheme.includes('dark') ? 'rgb(18, 18, 18)' : 'rgb(255, 255, 255)')
  })
}
