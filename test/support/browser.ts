// A real Chromium, Debian's, driven without a download of its own.

import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

export const BINARY = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path))

/** Give it to every test that needs a browser: `test('…', { skip: withoutChromium }, …)`. */
export const withoutChromium = BINARY ? false : 'SKIPPED: no Chromium found, and CHROMIUM does not name one'

if (withoutChromium) console.error(withoutChromium)

/** For whatever a page is to show. */
export const TIMEOUT_MS = 90_000

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: BINARY!,
    // Half a minute is too little where other tests start at the same time.
    timeout: 120_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
