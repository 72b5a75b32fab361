// The element `<answerback-challenge>` on the hosted page, and on a page of another origin.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Answerback, type ChallengeRequest, type CreatedChallenge } from '../../src/client/client.ts'
import { withoutChromium } from '../support/browser.ts'
import { inspectPage } from '../support/inspect-page.ts'
import { nextNumber } from '../support/numbers.ts'
import { displayedCode, pagesOf, wrongCode } from './visitor-session.ts'

const API_KEY = 'a-key-of-the-page-tests-0123456789'

const app = createServer((request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8')
  response.end(pageOfTheApp(request.url ?? '/'))
}).listen(0, '127.0.0.1')
await once(app, 'listening')
const appOrigin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
after(() => app.close())

const { server, openSession, phoneOf } = pagesOf({
  RESEND_COOLDOWN: '120s',
  API_KEY,
  RETURN_ORIGINS: appOrigin,
  APPROVE_KEY: 'drawn',
})
const answerback = () => new Answerback({ baseUrl: server().url, key: API_KEY })

describe('the hosted page', { skip: withoutChromium, concurrency: 2 }, () => {
  test('takes the token out of the address, follows a text, takes the code and returns to the app', async () => {
    const { page, challenge, phone, requests, answers, close } = await open(
      { channel: 'sms' },
      `${appOrigin}/after?from=hosted`,
    )
    await page.getByRole('heading', { name: 'Text delivered', level: 1 }).waitFor()
    assert.equal(new URL(page.url()).hash, '')
    assert.equal(await focused(page), 'code')
    const code = await phone.lastMessage().code
    assert.ok(
      ![await page.locator('main .root').innerText(), ...answers].join().includes(code),
      'it reaches the phone alone',
    )
    await page.keyboard.type(wrongCode(code))
    await page.getByText('4 tries are left').waitFor()
    await look(page, 'wrong-code')
    await page.keyboard.type(`${code.slice(0, 3)}-${code.slice(3)}`)
    await page.waitForURL(`${appOrigin}/after?from=hosted`)
    assert.equal((await answerback().get(challenge.id)).status, 'approved')
    for (const url of requests) assert.ok(!url.includes(challenge.page_token) && !url.includes(code), url)

    await page.goto(`${server().url}/c/${challenge.id}#${challenge.page_token}`)
    await page.getByRole('heading', { name: 'Confirmed' }).waitFor()
    assert.equal(await page.getByLabel('Your 6-digit code').isVisible(), false, 'it is taken once')
    await close()
  })

  test('a reload goes on without the token in the address, and another tab without it is told so', async () => {
    const { page, challenge, close } = await open({ channel: 'sms' })
    await page.getByRole('heading', { name: /^Text/ }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: /^Text/ }).waitFor()
    const stranger = await page.context().newPage()
    await stranger.goto(`${server().url}/c/${challenge.id}`)
    await stranger.getByRole('heading', { name: 'This verification is not known' }).waitFor()
    await look(stranger, 'unknown')
    await close()
  })

  test('leads nowhere but to the origins of RETURN_ORIGINS', async () => {
    const challenge = await answerback().create({ to: nextNumber(), channel: 'sms' })
    for (const bad of [
      'https://evil.example',
      `${appOrigin}.evil.example`,
      'javascript:alert(1)',
      `blob:${appOrigin}/57c3a1f0`,
      '//evil.example',
      `${appOrigin.replace('//', '//user@')}/`,
    ]) {
      const response = await fetch(`${server().url}/c/${challenge.id}?return_url=${encodeURIComponent(bad)}`)
      assert.equal(response.status, 400, bad)
      assert.doesNotMatch(await response.text(), /<a |evil/, bad)
    }
    const good = await fetch(`${server().url}/c/${challenge.id}?return_url=${encodeURIComponent(`${appOrigin}/x`)}`)
    assert.equal(good.status, 200)
    assert.match(good.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.equal(good.headers.get('referrer-policy'), 'no-referrer')
  })

  test('shows the code to key in, and says all that it says in the language of the call', async () => {
    const { page, phone, close } = await open({ flow: 'keypad_code', locale: 'de-DE' }, 'https://evil.example')
    await page.getByRole('heading', { name: 'Es klingelt…' }).waitFor()
    await page.getByText('will an eine Adresse zurück, die nicht zugelassen ist').waitFor()
    const code = await displayedCode(page)
    assert.match(code, /^\d{6}$/)
    await look(page, 'code-to-key-in')
    await phone.answers()
    await page.getByText('Geben Sie nun den Code unten').waitFor()
    await phone.press(wrongCode(code))
    await page.getByText('Noch 4 Versuche').waitFor()
    await look(page, 'keyed-wrong')
    await phone.press(code)
    await page.getByRole('heading', { name: 'Bestätigt' }).waitFor()
    assert.equal(await page.locator('.digits').isVisible(), false)
    await look(page, 'approved')
    await close()
  })

  test('shows the words that the call begins with, and which key approves, until it is over', async () => {
    const { page, challenge, phone, close } = await open({ flow: 'approve', shared_phrase: true })
    const words = page.getByText(challenge.shared_phrase!, { exact: true })
    await words.waitFor()
    await page.getByText('If it says others, press 9.').waitFor()
    const keys = page.getByRole('listitem')
    assert.match(await keys.first().innerText(), /^2–8\s+the one that the call names approves it$/)
    await phone.answers()
    await phone.heard(new RegExp(`The words on your screen are: ${challenge.shared_phrase}\\.`))
    await look(page, 'shared-phrase')
    await phone.press('9')
    await page.getByRole('heading', { name: 'Reported as not you' }).waitFor()
    assert.equal(await words.isVisible(), false)
    await close()
  })

  test('asks for another delivery once the cool-down is over, and cancels', async () => {
    const { page, close } = await open({ channel: 'sms' })
    const again = page.getByRole('button', { name: /^Text me again in \d+ s$/ })
    await again.waitFor()
    assert.equal(await again.isDisabled(), true)
    const seconds = Number(/\d+/.exec(await again.innerText())![0])
    assert.ok(seconds > 60 && seconds <= 120, `${seconds} s`)
    await page.getByRole('button', { name: 'Call me instead' }).waitFor()
    await look(page, 'text')
    await page.setViewportSize({ width: 320, height: 700 })
    for (const lang of ['de', 'es', 'fr', 'hi', 'it', 'ja', 'nl', 'pl', 'pt', 'en']) {
      await page.locator('answerback-challenge').evaluate((element, tag) => element.setAttribute('lang', tag), lang)
      const wide = await page.evaluate(() => document.documentElement.scrollWidth)
      assert.ok(wide <= 320, `${wide} px wide in ${lang}`)
    }
    await page.getByRole('button', { name: 'Cancel' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Canceled' }).waitFor()
    assert.equal(await focused(page), 'status', 'the focus is not lost with the button')
    await close()
  })

  test('five wrong codes end it, and the right one is worth nothing then', async () => {
    const { page, challenge, phone, close } = await open({ channel: 'sms' })
    await page.getByRole('heading', { name: 'Text delivered' }).waitFor()
    const code = await phone.lastMessage().code
    let wrong = wrongCode(code)
    for (const left of ['4 tries are left', '3 tries are left', '2 tries are left', 'One try is left']) {
      await page.keyboard.type(wrong)
      await page.getByText(left).waitFor()
      wrong = wrongCode(wrong)
    }
    await page.keyboard.type(wrong)
    await page.getByRole('heading', { name: 'Too many wrong codes' }).waitFor()
    assert.equal(await page.getByLabel('Your 6-digit code').isVisible(), false)
    assert.equal((await answerback().check(challenge.id, code)).valid, false)
    await close()
  })

  test('says honestly how each call ended', async () => {
    const endings = [
      ['saysBusy', 'The line was busy', /another call/],
      ['declines', 'The call was declined', /turned our call away/],
    ] as const
    for (const [act, title, sentence] of endings) {
      const { page, phone, close } = await open({ flow: 'approve', details: 'Transfer 250 euros to Ada Byron' })
      await page.getByText('Transfer 250 euros to Ada Byron').waitFor()
      await page.getByRole('heading', { name: 'Ringing…' }).waitFor()
      await look(page, 'ringing')
      await phone[act]()
      await page.getByRole('heading', { name: title }).waitFor()
      assert.match(await page.getByRole('status').innerText(), sentence)
      await look(page, 'ended')
      await close()
    }
  })

  test('says that time is up when it is up at the server, and takes no code any more', async () => {
    const { page, challenge, phone, close } = await open({ channel: 'sms', expires_in: 30 })
    await page.getByRole('heading', { name: 'Text delivered' }).waitFor()
    await page.getByText(/^0:[0-3]\d left$/).waitFor()
    await page.getByRole('heading', { name: 'Time is up' }).waitFor()
    assert.ok(Date.now() >= Date.parse(challenge.expires_at), 'not before the server')
    assert.equal(await page.getByLabel('Your 6-digit code').isVisible(), false)
    assert.equal(await page.getByRole('timer').isVisible(), false)
    assert.equal((await answerback().get(challenge.id)).status, 'expired')
    assert.equal((await answerback().check(challenge.id, await phone.lastMessage().code)).valid, false)
    await close()
  })
})

describe('the element on a page of another origin', { skip: withoutChromium }, () => {
  test('tells the page of the outcome, and asks it for a new challenge where it offers one', async () => {
    const phone = await phoneOf(nextNumber())
    const challenge = await answerback().create({ to: phone.number, flow: 'approve' })
    const { newPage, close } = await openSession()
    const page = await newPage()
    await page.goto(`${appOrigin}/embedded?${new URLSearchParams({ id: challenge.id, token: challenge.page_token })}`)
    await page.getByRole('heading', { name: 'Ringing…', level: 2 }).waitFor()
    await inspectPage(page, 'element', { widths: [320, 720] })
    await phone.declines()
    await page.getByRole('button', { name: 'Call me again' }).click()
    assert.deepEqual(await page.evaluate('log'), ['outcome undelivered call_rejected', 'retry call'])
    await close()
  })

  test('an answer that comes after the element shows another challenge, or is gone, changes nothing', async () => {
    const [first, second] = await Promise.all([
      answerback().create({ to: nextNumber(), channel: 'sms' }),
      answerback().create({ to: nextNumber(), channel: 'sms' }),
    ])
    const { newPage, close } = await openSession()
    const page = await newPage()
    const errors: string[] = []
    page.on('pageerror', ({ message }) => errors.push(message))
    await page.goto(`${appOrigin}/embedded?${new URLSearchParams({ id: first.id, token: first.page_token })}`)
    await page.getByRole('heading', { name: 'Text delivered' }).waitFor()
    const element = page.locator('answerback-challenge')
    await cancelDuring(page, () =>
      element.evaluate(
        (shown, { id, page_token }) => {
          shown.setAttribute('challenge', id)
          shown.setAttribute('token', page_token)
        },
        { id: second.id, page_token: second.page_token },
      ),
    )
    await page.getByRole('heading', { name: 'Text delivered' }).waitFor()
    await cancelDuring(page, () => element.evaluate((shown) => shown.remove()))
    assert.deepEqual([await page.evaluate('log'), errors], [[], []])
    await close()
  })
})

/** Starts a challenge and opens its page. */
async function open(request: Omit<ChallengeRequest, 'to'>, returnUrl?: string) {
  const phone = await phoneOf(nextNumber())
  const challenge: CreatedChallenge = await answerback().create({ to: phone.number, ...request })
  const { newPage, close } = await openSession({ viewport: { width: 390, height: 700 } })
  const page = await newPage()
  const requests: string[] = []
  page.on('request', (sent) => requests.push(sent.url()))
  const answers: string[] = []
  page.on('response', async (response) => {
    if (/json/.test(response.headers()['content-type'] ?? '')) answers.push(await response.text().catch(() => ''))
  })
  const query = returnUrl === undefined ? '' : `?return_url=${encodeURIComponent(returnUrl)}`
  await page.goto(`${server().url}/c/${challenge.id}${query}#${challenge.page_token}`)
  return { page, challenge, phone, requests, answers, close }
}

const look = (page: Page, what: string) => inspectPage(page, `hosted-${what}`, { widths: [320, 390, 720] })

/** Cancels, and lets the request go on only after `meanwhile`. */
async function cancelDuring(page: Page, meanwhile: () => Promise<void>): Promise<void> {
  const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  await page.route('**/cancel', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    held.resolve()
    await release.promise
    await route.continue()
  })
  const answered = page.waitForResponse(
    (response) => response.url().endsWith('/cancel') && response.request().method() === 'POST',
  )
  await page.getByRole('button', { name: 'Cancel' }).click()
  await held.promise
  await meanwhile()
  release.resolve()
  await (await answered).finished()
  // The page's own reading of the answer takes a turn more.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)))
  await page.unroute('**/cancel')
}

/** The name of the part that has the focus, inside the element. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const inner = document.activeElement?.shadowRoot?.activeElement
    return inner?.id || inner?.className || ''
  })
}

function pageOfTheApp(path: string): string {
  const query = new URL(path, 'http://app.example.com').searchParams
  if (!path.startsWith('/embedded')) return '<!doctype html><title>The app</title>'
  return `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>The app</title>
    <script type="module" src="${server().url}/modules/elements/answerback-challenge.ts"></script>
    <script>
      const log = []
      addEventListener('answerback-outcome', ({ detail }) => log.push('outcome ' + detail.status + ' ' + detail.reason))
      addEventListener('answerback-retry', ({ detail }) => log.push('retry ' + detail.channel))
    </script>
    <main><h1>The app</h1>
    <answerback-challenge challenge="${query.get('id')}" token="${query.get('token')}" base-url="${server().url}" retry></answerback-challenge>
    </main>`
}
