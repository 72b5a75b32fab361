// A developer reads the reference and tries a call in it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { withoutChromium } from '../support/browser.ts'
import { inspectPage } from '../support/inspect-page.ts'
import { pagesOf } from './visitor-session.ts'

const { server, openSession } = pagesOf()

describe('the reference', { skip: withoutChromium }, () => {
  test('tries a call against this server, and asks nothing of another', async () => {
    const session = await openSession()
    const page = await session.newPage()
    const errors: string[] = []
    const hosts = new Set<string>()
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
    page.on('request', (request) => /^https?:/.test(request.url()) && hosts.add(new URL(request.url()).origin))
    await page.goto(`${server().url}/docs`)
    await page.getByPlaceholder('Token').fill(/API key +(\S+)/.exec(server().output())![1]!)
    await inspectPage(page, 'docs', { widths: [390, 720], fullPage: false })
    await page.getByText('Start a challenge').first().click()
    await page.getByText('Test Request').first().click()
    const answer = page.waitForResponse((response) => response.url().endsWith('/v1/challenges'))
    await page.getByRole('button', { name: /^Send/ }).first().click()
    assert.equal((await answer).status(), 201)
    await page.getByText('"page_token"').first().waitFor()
    assert.deepEqual([...hosts], [server().url])
    assert.deepEqual(errors, [])
    await session.close()
  })

  test('leads from the type of a problem to what it means', async () => {
    const session = await openSession()
    const page = await session.openPage('/docs#carrier_unavailable')
    await page.waitForURL('**/docs/problems#carrier_unavailable')
    assert.match(await page.locator('tr:target').innerText(), /503.*nothing was dialled/s)
    await inspectPage(page, 'docs-problems', { widths: [390, 720] })
    await session.close()
  })
})
