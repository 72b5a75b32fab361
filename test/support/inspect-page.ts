// Looks a page over for barriers by axe, WCAG 2.2 AA and best practices.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Results = { violations: { id: string; help: string; nodes: { target: unknown; failureSummary: string }[] }[] }

/** Fails with what axe finds, and where. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  // Evaluated by the driver, which a page's content security policy does not bind.
  await page.evaluate(AXE)
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as Results
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${JSON.stringify(target)}: ${failureSummary}`),
  )
  assert.deepEqual(found, [], what)
}
