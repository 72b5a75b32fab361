// Inspects a page in both themes: axe finds nothing (WCAG 2.2 AA and best practices), nothing scrolls sideways, and a
// picture of each is kept in test-results/screenshots.

import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const SCREENSHOTS = join(import.meta.dirname, '../../test-results/screenshots')
mkdirSync(SCREENSHOTS, { recursive: true })

type Results = { violations: { id: string; help: string; nodes: { target: unknown; failureSummary: string }[] }[] }

export type Inspection = {
  /** In px; the page's own where none is given. */
  widths?: readonly number[]
  /** Whether the picture has what is below the fold as well. */
  fullPage?: boolean
}

/** The page's own width and theme are as before afterwards. */
export async function inspectPage(page: Page, name: string, options: Inspection = {}): Promise<void> {
  const own = page.viewportSize()!
  const { widths = [own.width], fullPage = true } = options
  // Evaluated by the driver, which a page's content security policy does not bind.
  await page.evaluate(AXE)
  for (const width of widths) {
    await page.setViewportSize({ width, height: own.height })
    for (const colorScheme of ['light', 'dark'] as const) {
      // Animations fade colours in and out; what stands still is looked at.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const picture = `${name}-${colorScheme}-${width}`
      await page.screenshot({ path: join(SCREENSHOTS, `${picture}.png`), fullPage })
      // What differs between two widths has changed at the narrowest or the widest; a phone rings for 25 s meanwhile.
      if (width === Math.min(...widths) || width === Math.max(...widths)) await assertAccessible(page, picture)
      assert.equal(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
        0,
        `${picture} scrolls`,
      )
    }
  }
  await page.setViewportSize(own)
  await page.emulateMedia({ colorScheme: null, reducedMotion: null })
}

/** Fails with what axe finds, and where. */
async function assertAccessible(page: Page, what: string): Promise<void> {
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as Results
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${JSON.stringify(target)}: ${failureSummary}`),
  )
  assert.deepEqual(found, [], what)
}
