// Pages of the console whose rows and forms must fit the screen, with rows that a call of a test seldom leaves behind.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { guardPage } from '../../src/console/pages/guard-page.ts'
import { servicesPage } from '../../src/console/pages/services-pages.ts'
import { webhooksPage } from '../../src/console/pages/webhooks-page.ts'
import type { ChallengeId } from '../../src/domain/challenge.ts'
import type { FailedMessage } from '../../src/store/outbox.ts'
import { openBrowser, TIMEOUT_MS, withoutChromium } from '../support/browser.ts'
import { inspectPage } from '../support/inspect-page.ts'

const FRAME = { links: [], operator: 'ada' }
const MESSAGE: FailedMessage = {
  id: 'msg_1',
  type: 'challenge.undelivered',
  challenge: 'chl_abcdefghijklmnopqrstuv' as ChallengeId,
  service: 'svc_other',
  createdAt: '2026-11-20T10:00:00.000Z',
  tries: 14,
  failedAt: '2026-11-23T10:00:00.000Z',
  nextAt: null,
  lastError: 'gone',
}
const NAMES = { of: (id: string) => id, inText: (text: string) => text, all: [{ id: 'svc_other', name: 'Saltmarsh' }] }

describe('on the console', { skip: withoutChromium }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())

  async function open(html: { toString(): string } | Promise<unknown>): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    page.setDefaultTimeout(TIMEOUT_MS)
    const style = (name: string) => readFileSync(new URL(`../../src/console/assets/${name}`, import.meta.url), 'utf8')
    await page.setContent(
      String(await html).replace(/<link rel="stylesheet" href="(.*?)">/g, (_, name) => `<style>${style(name)}</style>`),
    )
    return page
  }

  test('the button that sends a webhook again, and why it failed, are seen at every width', async () => {
    const failed = [MESSAGE, { ...MESSAGE, id: 'msg_2' as const, failedAt: null, nextAt: MESSAGE.createdAt }]
    const shown = { failed, isCut: false, isPushing: true, oldestAge: 90_000, done: null, mayAct: true }
    const page = await open(webhooksPage({ ...shown, names: NAMES, frame: FRAME }))
    for (const width of [390, 720, 1200, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      for (const seen of [page.getByRole('button', { name: 'Send again: challenge' }), page.getByText('answered 410')])
        for (const one of await seen.all()) {
          const { x, width: own } = (await one.boundingBox())!
          assert.ok(x >= 0 && x + own <= width - 16, `${width}: from ${x} to ${x + own}`)
        }
      assert.equal(await page.getByRole('button', { name: 'Send again: challenge' }).count(), 2)
    }
    await inspectPage(page, 'console-webhooks-failed', { widths: [390, 720, 1280] })
    await page.close()
  })

  test('what rules on traffic stand against, with the form that lifts it, fits every width', async () => {
    const trip = {
      id: 'trp_1',
      rule: 'conversion',
      key: 'prefix:+1876555',
      mode: 'enforce',
      reason: 'Of 20 calls and texts to numbers that begin with +1876555, 0 were verified: less than one in 5.',
      beganAt: MESSAGE.createdAt,
      until: MESSAGE.createdAt,
      endedAt: null,
      endReason: null,
      decisions: 7,
    } as const
    const over = {
      ...trip,
      id: 'trp_2',
      key: 'region:JM',
      endedAt: MESSAGE.createdAt,
      endReason: 'Lifted by the operator.',
    }
    const decision = {
      id: 'dec_1',
      rule: 'conversion',
      key: trip.key,
      reason: trip.reason,
      refused: true,
      at: MESSAGE.createdAt,
      serviceId: 'svc_other',
      numberHash: 'hash',
      shown: '+1••••••0123',
      challengeId: null,
    } as const
    const traffic = { trips: [trip, { ...trip, id: 'trp_3', key: 'all' }, over], isCut: true, decisions: [decision] }
    const shown = { rules: [], isCut: false, traffic, form: {}, errors: {}, done: null, mayAct: true }
    const page = await open(guardPage({ ...shown, names: NAMES, frame: FRAME }))
    await inspectPage(page, 'console-guard-traffic', { widths: [390, 720, 1280] })
    await page.getByLabel('Reason to lift what stands against +1876555…').focus()
    await page.keyboard.press('Tab')
    assert.equal(
      await page.evaluate(() => document.activeElement?.getAttribute('aria-label')),
      'Lift what stands against +1876555…',
    )
    await page.close()
  })

  test('the button that adds a service is as wide as its words', async () => {
    const page = await open(servicesPage({ services: [], names: new Map(), error: null, mayAct: true, frame: FRAME }))
    assert.ok((await page.getByRole('button', { name: 'Add a service' }).boundingBox())!.width < 200)
    await inspectPage(page, 'console-services', { widths: [390, 1280] })
    await page.close()
  })
})
