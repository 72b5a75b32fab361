// The waiting page as a visitor uses it: the field, the tabs, the back button, and a browser without JavaScript.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutChromium } from '../support/browser.ts'
import { displayedCode, pagesOf, wrongCode } from './visitor-session.ts'

const { server, signIn } = pagesOf({ RESEND_COOLDOWN: '120s' })

describe('the waiting page', { skip: withoutChromium, concurrency: 2 }, () => {
  test('the code field has the focus, and six digits submit themselves, once each', async () => {
    const { page, phone, close } = await signIn('Text me a code')
    await phone.getByText(/\d{6}/).first().waitFor()
    const code = /\d{6}/.exec(await phone.innerText())![0]
    const checks: string[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/check')) checks.push(request.postData() ?? '')
    })
    await page.locator('#code').waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id), 'code')
    const wrong = wrongCode(code)
    await page.keyboard.type(wrong)
    await page.keyboard.press('Enter')
    await page.getByText('4 tries are left').waitFor()
    await page.keyboard.press('Enter')
    assert.deepEqual(checks, [JSON.stringify({ code: wrong })])
    assert.equal(await page.locator('#code').getAttribute('aria-invalid'), 'true')
    // The wrong code is selected, so typing replaces it.
    await page.keyboard.type(`${code.slice(0, 3)} ${code.slice(3)}`)
    await page.waitForURL('**/account')
    await close()
  })

  test('"Text me again" counts down while it would be refused', async () => {
    const { page, close } = await signIn('Text me a code')
    await page.getByRole('heading', { name: 'Text delivered' }).waitFor()
    const again = page.getByRole('button', { name: /^Text me again in \d+ s$/ })
    await again.waitFor()
    assert.equal(await again.isDisabled(), true)
    assert.equal(await page.getByRole('alert').isVisible(), false)
    const left = Number(/\d+/.exec(await again.innerText())![0])
    assert(left > 60 && left <= 120, `${left} s`)
    await close()
  })

  test('two tabs of one challenge both end at the account', async () => {
    const { page, phone, press, openPage, close } = await signIn('Ask me to press a key')
    const second = await openPage('/demo/verify')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await phone
      .getByText(/press 1/)
      .first()
      .waitFor()
    await press('1')
    await Promise.all([page.waitForURL('**/account'), second.waitForURL('**/account')])
    assert.match(await second.locator('main').innerText(), /Good to see you, ada/)
    await close()
  })

  test('back and Continue lead to the call under way, and a reload posts nothing', async () => {
    const { page, close } = await signIn('Call me with a code')
    await page.getByRole('heading', { name: 'Ringing…' }).waitFor()
    await page.goBack()
    await page.getByRole('link', { name: 'Go back to it' }).waitFor()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL('**/verify')
    await page.getByRole('heading', { name: 'Ringing…' }).waitFor()

    await page.goto(`${server().url}/demo/register`)
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill('nanosecond')
    await page.getByRole('button', { name: 'Prove this number' }).click()
    await page.getByText('That name is taken.').waitFor()
    let posts = 0
    page.on('request', (request) => {
      if (request.method() === 'POST') posts += 1
    })
    await page.reload()
    assert.equal(posts, 0)
    assert.equal(await page.getByText('That name is taken.').count(), 0)
    await close()
  })

  test('the page follows the call: the keys, the code being read, the goodbye', async () => {
    const { page, phone, press, close } = await signIn('Call me with a code')
    await phone.getByRole('button', { name: 'Answer' }).click()
    await page.getByText(/^Press the keys we name/).waitFor()
    const named = phone.getByText(/press \d/).first()
    await named.waitFor()
    const gate = /press (\d)(?:, then (?:press )?(\d))?/.exec(await named.innerText())!
    await press(gate.slice(1).join(''))
    await page.getByRole('heading', { name: 'Reading your code' }).waitFor()
    assert.doesNotMatch(await page.getByRole('status').innerText(), /[Pp]ress/)
    await close()
  })

  test('a code keyed wrong on the phone shows the tries that are left', async () => {
    const { page, phone, press, close } = await signIn('Let me key in a code')
    const code = await displayedCode(page)
    await phone.getByRole('button', { name: 'Answer' }).click()
    await phone
      .getByText(/Enter the six digit code/)
      .first()
      .waitFor()
    await press(wrongCode(code))
    await page.getByText(/4 tries are left/).waitFor()
    await close()
  })

  test('without JavaScript the notice stands in line with the field, and an empty code is no API error', async () => {
    const { page, close } = await signIn('Text me a code', { javaScriptEnabled: false })
    const [note, form] = await Promise.all([
      page.locator('noscript .note').boundingBox(),
      page.locator('noscript .code-form').boundingBox(),
    ])
    const centre = (box: { x: number; width: number } | null) => box!.x + box!.width / 2
    assert(Math.abs(centre(note) - centre(form)) <= 1)
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('Please type the digits of your code.').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { name: 'Canceled' }).waitFor()
    await close()
  })
})
