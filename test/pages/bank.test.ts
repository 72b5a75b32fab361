// The bank as a customer uses it: registration, sign-in by phone and by app, numbers, in two widths, with a look at each
// page on the way.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BrowserContextOptions } from 'playwright-core'
import { verifyReceipt } from '../../src/client/client.ts'
import { codeFor, wrongCodeFor } from '../factors/authenticator.ts'
import { withoutChromium } from '../support/browser.ts'
import { inspectPage } from '../support/inspect-page.ts'
import { nextNumber } from '../support/numbers.ts'
import { displayedCode, pagesOf } from './visitor-session.ts'

const { server, openSession, phoneOf } = pagesOf()

describe('the bank', { skip: withoutChromium, concurrency: 2 }, () => {
  for (const [user, last, viewport] of [
    ['grace', 'recovery code', { width: 720, height: 900 }],
    ['hedy', 'authenticator', { width: 390, height: 800 }],
  ] as const) {
    test(`registration, numbers, authenticator and recovery code, ${viewport.width} px wide`, async () => {
      const { page, look, close } = await open({ viewport })
      const number = nextNumber()
      const phone = await phoneOf(number)
      await page.goto(`${server().url}/demo`)
      await look('sign-in', '/demo')
      await page.getByRole('link', { name: 'open an account' }).click()
      await look('register', '/demo/register')
      await page.getByLabel('Name').fill(user)
      await page.getByLabel('Password').fill('nanosecond')
      await page.getByLabel('Phone number').fill(national(number))
      await page.getByRole('button', { name: 'Prove this number' }).click()
      await page.getByRole('heading', { name: 'Ringing…' }).waitFor()
      await look('verify', '/demo/verify')
      // The page shows the code, and the phone asks for it.
      const code = await displayedCode(page)
      await phone.answers()
      assert.match(await phone.heard(/Enter the six digit code/), /^This is Saltmarsh Bank\./)
      await phone.press(code)
      await page.getByRole('heading', { name: `Good to see you, ${user}` }).waitFor()
      await look('account', '/demo/account')

      await page.getByRole('link', { name: 'Manage them' }).click()
      await look('security', '/demo/security')
      await page.getByRole('button', { name: 'Call me to allow it' }).click()
      await page.getByText('Change the phone numbers and the authenticator of your account').waitFor()
      await phone.answers()
      await phone.press('1')
      await page.getByText('You may change things').waitFor()
      await look('security-unlocked', '/demo/security')

      await page.getByRole('button', { name: 'Set it up' }).click()
      await look('authenticator', '/demo/authenticator')
      const secret = (await page.locator('.secret').innerText()).replaceAll(' ', '')
      const typeCode = async (code: string) => {
        await page.getByLabel('Then type the six digits').fill(code)
        await page.getByRole('button', { name: 'Turn it on' }).click()
      }
      await typeCode(wrongCodeFor(secret, Date.now()))
      await page.getByText('That is not the code. 4 tries left.').waitFor()
      // One that was shown a moment ago, as when the person types slowly; where the present one is about to end, that one.
      const now = Date.now()
      await typeCode(codeFor(secret, now % 30_000 < 15_000 ? -1 : 0, now))
      await page.getByText('Your authenticator app is on.').waitFor()
      await page.getByRole('button', { name: 'Get new codes' }).click()
      await look('recovery-codes', '/demo/recovery-codes')
      const recoveryCode = await page.locator('.codes code').first().innerText()
      await page.getByRole('link', { name: 'I have kept them' }).click()

      const second = nextNumber()
      const secondPhone = await phoneOf(second)
      await page.getByRole('textbox', { name: 'Phone number' }).fill(national(second))
      await page.getByRole('button', { name: 'Prove by text', exact: true }).last().click()
      await page.getByRole('heading', { name: /^Text/ }).waitFor()
      await page.getByLabel('Your 6-digit code').fill(await secondPhone.lastMessage().code)
      await page.getByText(`+1••••••${second.slice(-4)} is proved.`).waitFor()
      await phone.answers()
      assert.match(await phone.heard(/was added/), new RegExp(`ending in ${second.slice(-4).split('').join(' ')}`))
      await phone.press('1')

      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('Name').fill(user)
      await page.getByLabel('Password').fill('nanosecond')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.waitForURL('**/second-factor')
      await page.goto(`${server().url}/demo/account`)
      await look('second-factor', '/demo/second-factor')
      assert.equal(await page.getByLabel('Which number').locator('option').count(), 2)
      if (last === 'recovery code') {
        await page.getByLabel('One of the codes you kept').fill(recoveryCode)
        await page.getByRole('button', { name: 'Confirm' }).last().click()
        await page.getByText('A recovery code, which is used up now.').waitFor()
      } else {
        // The next one: the present one may be the one above, and each is good once.
        await page.getByLabel('The six digits that it shows').fill(codeFor(secret, 1, Date.now()))
        await page.getByRole('button', { name: 'Confirm' }).first().click()
        await page.getByText('A code of your authenticator app.').waitFor()
      }
      await close()
    })
  }

  test('a transfer is heard on the phone in the language of the page, and refused by any other key', async () => {
    const { page, look, close } = await open({})
    const number = nextNumber()
    const phone = await phoneOf(number)
    await page.goto(`${server().url}/demo`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Phone number').fill(number)
    await page.getByLabel('Ask me to press a key').check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await phone.answers()
    await phone.press('1')
    await page.getByRole('heading', { name: 'Good to see you, ada' }).waitFor()
    // The phone still hears that it is approved, and takes one call at a time.
    await phone.ends()
    await page.getByRole('button', { name: 'Transfer', exact: true }).click()
    await page.getByText('Transfer 250 euros to Ada Byron').waitFor()
    await phone.answers()
    await phone.heard(/Transfer 250 euros to Ada Byron/)
    await phone.press('5')
    await page.getByRole('heading', { name: 'Refused on the phone' }).waitFor()
    await page.getByRole('link', { name: 'Back to your account' }).click()
    assert.equal(await page.getByText('−€250').count(), 0)
    await phone.ends()

    await page.getByLabel('Language').selectOption('Deutsch (Deutschland)')
    await page.getByRole('heading', { name: 'Schön, Sie zu sehen, ada' }).waitFor()
    await page.getByRole('button', { name: 'Überweisen', exact: true }).click()
    await page.getByText('Überweisung von 250 Euro an Ada Byron').waitFor()
    await phone.answers()
    await phone.heard(/^Hier ist Saltmarsh Bank.*Überweisung von 250 Euro an Ada Byron/)
    await phone.press('1')
    await page.getByText('Erledigt: Überweisung von 250 Euro an Ada Byron.').waitFor()
    await page.getByText('Beleg', { exact: true }).click()
    await look('receipt', '/demo/account')
    const receipt = await page.locator('.receipt code').innerText()
    const asked = { issuer: server().url, audience: 'svc_first', scope: 'transfer' }
    const { amr, deliveries } = await verifyReceipt(receipt, {
      ...asked,
      details: 'Überweisung von 250 Euro an Ada Byron',
    })
    assert.deepEqual([amr, deliveries.length], [['tel'], 1])
    const refused = verifyReceipt(receipt, { ...asked, details: 'Überweisung von 2500 Euro an Ada Byron' })
    await assert.rejects(refused, { code: 'wrong_details' })
    await close()
  })
})

async function open(options: BrowserContextOptions) {
  const { newPage, close } = await openSession(options)
  const page = await newPage()
  async function look(what: string, path: string): Promise<void> {
    await page.waitForURL(server().url + path)
    await inspectPage(page, `demo-${what}`)
  }
  return { page, close, look }
}

/** (202) 555-0191 for +12025550191. */
function national(number: string): string {
  return number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3')
}
