// A sign-in at the demo whose call nobody answers: its phone rings, or a mailbox listens, until the call gives up.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutChromium } from '../support/browser.ts'
import { pagesOf } from './visitor-session.ts'

// In the time that a call takes, nearly: elsewhere phones ring on for longer, so that a slow page is in time.
const { signIn } = pagesOf({ EXCHANGE_WAIT_FACTOR: '1.5' })

describe('a sign-in that nobody answers', { skip: withoutChromium, concurrency: 2 }, () => {
  for (const { what, button, title } of [
    { what: 'a voicemail, where no key is pressed,', button: 'Voicemail', title: 'No key was pressed' },
    { what: 'a phone left ringing', button: 'Let it ring', title: 'Nobody answered' },
  ])
    test(`${what} is shown as "${title}"`, async () => {
      const { page, phone, close } = await signIn('Ask me to press a key')
      await phone.getByRole('button', { name: button, exact: true }).click()
      await page.getByRole('link', { name: 'Choose another way' }).waitFor()
      assert.equal(await page.locator('.title').innerText(), title)
      assert.equal(await page.getByRole('timer').isVisible(), false)
      await close()
    })
})
