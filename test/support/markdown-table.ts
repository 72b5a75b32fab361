// Tables of the documentation as rows of cells, for tests that hold the code to them.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rows under the heading, without the table's own head. */
export function markdownTable(file: string, heading: string): string[][] {
  const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8')
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
