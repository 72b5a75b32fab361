// A developer reads the reference and tries a call in it.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser, withoutChromium } from '../support/browser.ts'
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

describe('the reference', { skip: withoutChromium }, () => {
  test('tries a call against this server, and asks nothing of another', async () => {
    const page = await browser.newPage()
    const complaints: string[] = []
    const hosts = new Set<string>()
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('request', (request) => /^https?:/.test(request.url()) && hosts.add(new URL(request.url()).origin))
    await page.goto(`${server.url}/docs`)
    await page.getByPlaceholder('Token').fill(/API key +(\S+)/.exec(server.output())![1]!)
    await page.getByText('Start a challenge').first().click()
    await page.getByText('Test Request').first().click()
    const answer = page.waitForResponse((response) => response.url().endsWith('/v1/challenges'))
    await page.getByRole('button', { name: /^Send/ }).first().click()
    assert.equal((await answer).status(), 201)
    await page.getByText('"page_token"').first().waitFor()
    assert.deepEqual([...hosts], [server.url])
    assert.deepEqual(complaints, [])
    await page.close()
  })

  test('leads from the type of a problem to what it means', async () => {
    const page = await browser.newPage()
    await page.goto(`${server.url}/docs#carrier_unavailable`)
    await page.waitForURL('**/docs/problems#carrier_unavailable')
    assert.match(await page.locator('tr:target').innerText(), /503.*nothing was dialled/s)
    await page.close()
  })
})
