// Writes the table of test numbers into docs/testing.md: `npm run test-numbers`.

import { readFileSync, writeFileSync } from 'node:fs'
import { TEST_NUMBERS } from '../src/exchange/simulator/test-numbers.ts'

export const FILE = new URL('../docs/testing.md', import.meta.url)
const MARKED = /(<!-- test-numbers:begin -->\n).*?(<!-- test-numbers:end -->)/s

/** The document with the table as the exchange has it. */
export function withTestNumbers(document: string): string {
  if (!MARKED.test(document)) throw new Error('docs/testing.md has lost the markers of its table.')
  return document.replace(MARKED, (_, begin: string, end: string) => `${begin}${table()}${end}`)
}

function table(): string {
  const rows = TEST_NUMBERS.map(({ digits, does, outcomes }) => {
    const { send_code, keypad_code, approve, sms } = outcomes
    return [`+170155501${digits}`, does, ...[send_code, keypad_code, approve, sms].map(inCode)]
  })
  const head = [
    'number',
    'what its phone does',
    '`send_code` by call',
    '`keypad_code`',
    '`approve`',
    '`send_code` by text',
  ]
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

const inCode = (outcome: string) => (outcome === 'pending' ? 'stays pending' : `\`${outcome.replace(' ', '` `')}\``)

if (import.meta.main) writeFileSync(FILE, withTestNumbers(readFileSync(FILE, 'utf8')))
