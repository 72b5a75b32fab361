// The operator's console: what is under way, one challenge in sentences, and the way to it from a number.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Page } from 'playwright-core'
import { Answerback, type ChallengeRequest } from '../../src/client/client.ts'
import { withoutChromium } from '../support/browser.ts'
import { inspectPage } from '../support/inspect-page.ts'
import { nextNumber } from '../support/numbers.ts'
import { pagesOf } from './visitor-session.ts'

const API_KEY = 'a-key-of-the-console-tests-0123456789'
const { server, openSession, phoneOf } = pagesOf({ API_KEY, LIMIT_PER_PREFIX: 'off', ALLOWED_COUNTRIES: 'US,GB' })
const client = () => new Answerback({ baseUrl: server().url, key: API_KEY })
const create = (request: Partial<ChallengeRequest> = {}) =>
  client().create({ to: nextNumber(), ...request } as ChallengeRequest)

const look = (page: Page, what: string) => inspectPage(page, `console-${what}`, { widths: [390, 1280] })
const WIDE = { viewport: { width: 1280, height: 900 } }
const rowOf = (page: Page, { id }: { id: string }) => page.locator(`#row-${id}`)

describe('the console', { skip: withoutChromium, concurrency: 2 }, () => {
  test('a call shows by itself from its first ring to its outcome, and its page tells what happened', async () => {
    const session = await openSession(WIDE)
    const page = await session.openPage('/console')
    assert.match(page.url(), /\/console\/live$/)
    await page.getByText('Connected').waitFor()
    const to = nextNumber()
    const phone = await phoneOf(to)
    const challenge = await create({
      to,
      flow: 'approve',
      scope: 'transfer',
      details: 'Transfer 250 euros to Ada Byron',
    })
    const row = page.locator('#on-its-way').locator(`#row-${challenge.id}`)
    await row.getByText('Ringing').waitFor()
    assert.match(await row.innerText(), /\+1••••••01\d\d/)
    await look(page, 'live')
    await row.getByRole('link').focus()
    await phone.answers()
    await row.getByText('Waiting for a key').waitFor()
    assert.equal(
      await page.evaluate(() => document.activeElement?.closest('li')?.id),
      `row-${challenge.id}`,
      'a row that changes keeps the focus',
    )
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Challenge' }).waitFor()
    const timeline = page.locator('#timeline')
    await timeline.getByText('We asked for the key that approves.').waitFor()
    await look(page, 'challenge-pending')
    await phone.press('9')
    await page.getByText('The challenge is denied, since the person reported a fraud.').first().waitFor()
    await timeline.getByText('The key that reports a fraud was pressed').waitFor()
    await look(page, 'challenge-ended')
    assert.ok(!(await page.content()).includes(to.slice(2)), 'the number is masked')
    await page.goto(`${server().url}/console/live`)
    const ended = page.locator('#ended').locator(`#row-${challenge.id}`)
    await ended.getByText('Denied').waitFor()
    await session.close()
  })

  test('an approval that the app has used says so', async () => {
    const session = await openSession(WIDE)
    const to = nextNumber()
    const phone = await phoneOf(to)
    const { id } = await create({ to, flow: 'approve' })
    await phone.answers()
    await phone.press('1')
    assert.equal((await client().wait(id)).status, 'approved')
    await client().consume(id)
    const page = await session.openPage(`/console/${id}`)
    await page.locator('#timeline').getByText('The app used the approval, and got a signed receipt of it.').waitFor()
    await session.close()
  })

  test('a number is found however it is written, and stands in no address', async () => {
    const session = await openSession(WIDE)
    const to = nextNumber()
    const [area, exchange, line] = [to.slice(2, 5), to.slice(5, 8), to.slice(8)]
    const challenge = await create({ to, channel: 'sms' })
    const page = await session.openPage('/console/search')
    for (const written of [
      to,
      `(${area}) ${exchange}-${line}`,
      `${area}.${exchange}.${line}`,
      `1 ${area} ${exchange} ${line}`,
      `tel:+1-${area}-${exchange}-${line}`,
    ]) {
      await page.getByLabel('Number, id or metadata').fill(written)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: `To +1••••••${line}` }).waitFor()
      await rowOf(page, challenge).getByText('Pending').waitFor()
      // Without the port, and the id of a challenge is of chance.
      const { pathname, search, hash } = new URL(page.url())
      const shown = (pathname + search + hash).replace(challenge.id, '')
      assert.ok(!shown.includes(line), page.url())
      await page.goto(`${server().url}/console/search`)
    }
    await session.close()
  })

  test('an id leads to its challenge; metadata, status and time are found; what is none is said at its field', async () => {
    const session = await openSession(WIDE)
    const challenge = await create({ channel: 'sms', metadata: { order: 'A 17' } })
    const other = await create({ channel: 'sms', metadata: { order: 'B 17' } })
    await client().cancel(challenge.id)
    const page = await session.openPage('/console/search')
    const field = page.getByLabel('Number, id or metadata')
    await field.fill(` ${challenge.id} `)
    await page.keyboard.press('Enter')
    await page.getByText('The app canceled it.').waitFor()
    await page.goBack()
    await field.fill('order = A 17')
    await page.getByLabel('Status').selectOption('Canceled')
    await page.getByLabel('Created from').fill('2026-01-31T12:00')
    await page.getByRole('button', { name: 'Search' }).click()
    await rowOf(page, challenge).waitFor()
    assert.equal(await rowOf(page, other).count(), 0)
    assert.equal(await field.inputValue(), 'order=A 17')
    await look(page, 'search')
    await page.getByLabel('Created until').fill('2026-02-01T12:00')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('No challenge fits.').waitFor()
    await page.getByLabel('Created until').fill('2026-01-01T12:00')
    for (const [wrong, said] of [
      ['+1••••••0123', 'A masked number names nobody. Type the whole one.'],
      ['Ada', 'Type a number, an id (chl_…) or metadata (key=value).'],
      ['123', 'No country that may be called has such a number.'],
      ['=x', 'Write metadata as key=value'],
    ] as const) {
      await field.fill(wrong)
      await page.getByRole('button', { name: 'Search' }).click()
      await page.getByText(said).waitFor()
      assert.equal(await field.inputValue(), wrong)
    }
    await page.getByText('This must be later than the time it begins at.').waitFor()
    await look(page, 'search-refused')
    await page.goto(`${server().url}/console/chl_unknown`)
    await page.getByRole('heading', { name: 'There is no challenge with this id' }).waitFor()
    await look(page, 'unknown')
    await session.close()
  })

  test('older ones follow page by page', async () => {
    const session = await openSession(WIDE)
    const to = nextNumber()
    const ids: string[] = []
    for (let count = 0; count < 27; count++) {
      const { id } = await create({ to, channel: 'sms', metadata: { batch: 'many' } })
      ids.push(id)
    }
    const page = await session.openPage('/console/search')
    await page.getByLabel('Number, id or metadata').fill('batch=many')
    await page.keyboard.press('Enter')
    await page.locator('#results > li').nth(24).waitFor()
    await page.getByRole('link', { name: 'Older' }).click()
    await page.getByRole('heading', { name: 'Older ones' }).waitFor()
    const shown = await page.locator('#results > li').evaluateAll((rows) => rows.map(({ id }) => id))
    assert.deepEqual(shown, [`row-${ids[1]}`, `row-${ids[0]}`])
    await session.close()
  })

  test('statistics are drawn and stand as figures, for each period', async () => {
    const session = await openSession(WIDE)
    const api = client()
    for (const behaviour of ['approves', 'refuses', 'busy', 'no_answer_at_once', 'approves', 'approves'] as const) {
      const to = nextNumber()
      const phone = await phoneOf(to)
      await phone.will(behaviour)
      await api.wait((await create({ to, flow: 'approve' })).id)
    }
    const page = await session.openPage('/console/statistics')
    const tile = (name: string) => page.locator('.tiles div').filter({ hasText: name })
    await tile('Conversion')
      .getByText(/\d+ of \d+ that ended were approved/)
      .waitFor()
    await page.getByRole('img', { name: 'Challenges by status over time' }).waitFor()
    assert.ok((await page.locator('.chart .fill-approved rect').count()) > 0)
    await page.getByRole('img', { name: 'Why challenges were not approved' }).getByText('Line busy').waitFor()
    await page.getByRole('rowheader', { name: 'United States' }).waitFor()
    await page.getByText('The same as a table').click()
    const rows = page.getByRole('table', { name: 'Challenges and rates over time' }).getByRole('row')
    // An hour may have begun since the calls.
    const latest = (await rows.all()).slice(-2).map((row) => row.getByRole('cell').first().innerText())
    assert.notDeepEqual(await Promise.all(latest), ['0', '0'])
    await look(page, 'statistics')
    for (const period of ['7 days', '30 days']) {
      await page.getByRole('link', { name: period }).click()
      await page.locator('[aria-current="true"]').filter({ hasText: period }).waitFor()
      assert.match(await page.locator('.chart .axis').last().innerHTML(), /^\d+ \w{3}$/)
    }
    await page.getByRole('link', { name: 'United States' }).click()
    await page.getByRole('list', { name: 'Only' }).getByText('United States').waitFor()
    await page
      .getByRole('link', { name: /^\+1\d{3}$/ })
      .first()
      .click()
    const only = page.getByRole('list', { name: 'Only' }).getByRole('listitem')
    assert.equal(await only.count(), 2)
    await look(page, 'statistics-filtered')
    await page.getByRole('link', { name: 'All, not only United States' }).click()
    await page.getByRole('link', { name: '24 hours' }).click()
    assert.equal(await only.count(), 1)
    await page.getByRole('link', { name: 'Money' }).click()
    await page.getByRole('img', { name: 'Cost of calls and texts by day' }).waitFor()
    await page
      .getByRole('table', { name: 'Cost by country' })
      .getByRole('rowheader', { name: 'United States' })
      .waitFor()
    await page.getByRole('rowheader', { name: 'All services together' }).first().waitFor()
    await page.getByText('The same as a table').click()
    await look(page, 'money')
    await page.goto(`${server().url}/console/statistics?period=forever`)
    await page.waitForURL('**/console/statistics')
    await session.close()
  })

  test('a number is blocked with a reason, and carriers, webhooks and services are seen', async () => {
    const session = await openSession(WIDE)
    const page = await session.openPage('/console/guard')
    const to = nextNumber()
    await page.getByLabel('Number, or beginning and *').fill(to)
    await page.getByRole('button', { name: 'Do it' }).click()
    await page.getByText('Say why: it stands in the audit log.').waitFor()
    await look(page, 'guard-refused')
    await page.getByLabel('Reason, for the audit log').fill('called by mistake')
    await page.keyboard.press('Enter')
    await page.getByText('Done: it is on the block list.').waitFor()
    await page.getByRole('rowheader', { name: `+1••••••${to.slice(-4)}` }).waitFor()
    await look(page, 'guard')
    await assert.rejects(create({ to }), { code: 'number_blocked' })
    await page.getByRole('link', { name: 'Carriers' }).click()
    await page.getByRole('rowheader', { name: 'Bandwidth' }).waitFor()
    await look(page, 'carriers')
    await page.getByRole('link', { name: 'Webhooks' }).click()
    await page.getByText('No message has failed.').waitFor()
    await look(page, 'webhooks')
    await page.getByRole('link', { name: 'Services' }).click()
    await page.getByLabel('Name, as calls and texts say it').fill('Saltmarsh')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Saltmarsh' }).waitFor()
    await page.getByLabel('Name of the key').fill('web')
    await page.keyboard.press('Enter')
    await page.getByText('The key, which is shown once').waitFor()
    await look(page, 'service')
    const challenge = await create({ channel: 'sms' })
    await page.goto(`${server().url}/console/live`)
    await rowOf(page, challenge).getByText('Saltmarsh Bank').waitFor()
    await page.getByRole('link', { name: 'Search' }).click()
    await page.getByLabel('Service').selectOption('Saltmarsh')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('No challenge fits.').waitFor()
    await page.getByLabel('Service').selectOption('Saltmarsh Bank')
    await page.getByRole('button', { name: 'Search' }).click()
    await rowOf(page, challenge).waitFor()
    await look(page, 'search-of-service')
    await page.getByRole('link', { name: 'Statistics' }).click()
    await page.getByLabel('Service').selectOption('Saltmarsh')
    await page.getByRole('button', { name: 'Show' }).click()
    await page.getByText('No challenge was created in this time.').waitFor()
    await page.getByRole('link', { name: '7 days' }).click()
    await page.getByRole('list', { name: 'Only' }).getByText('Saltmarsh').waitFor()
    await session.close()
  })

  test('without JavaScript each page is whole, and says that it wants a reload', async () => {
    const session = await openSession({ ...WIDE, javaScriptEnabled: false })
    const challenge = await create({ channel: 'sms' })
    const page = await session.openPage('/console/live')
    await page.locator('noscript p').waitFor()
    await rowOf(page, challenge).getByRole('link').click()
    await page.getByText('The app asked us to verify the number').waitFor()
    await session.close()
  })

  test('the phones page and the demo lead to it, and it leads back', async () => {
    const session = await openSession(WIDE)
    for (const path of ['/phones', '/demo']) {
      const page = await session.openPage(path)
      const link = page.getByRole('link', { name: 'Console', exact: true })
      await link.waitFor()
      assert.equal(await link.getAttribute('href'), '/console')
      await page.close()
    }
    const page = await session.openPage('/console')
    for (const [name, path] of [
      ['Demo', '/demo'],
      ['Phones', '/phones'],
      ['API', '/docs'],
    ] as const) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.waitForURL(`**${path}`)
      await page.goBack()
    }
    await session.close()
  })
})
