// Writes docs/seeds.md from the rows in test/seeds: `npm run seeds`.

import { writeFileSync } from 'node:fs'
import { GUIDES } from '../test/seeds/guides.ts'
import type { Guide, Reference, Row } from '../test/seeds/row.ts'

export const FILE = new URL('../docs/seeds.md', import.meta.url)

const HEAD = `# What the guides teach

Five published guides teach sign-in with a phone, each with a small sample app. The demo at \`/demo\` does what they do, and the
table of each has the tests that show it, one of them in a browser. The second table of each answers what its
sample gets wrong, and has the test that keeps it from happening here. \`npm run seeds\` writes this file from \`test/seeds/guides.ts\`;
\`test/architecture/seeds.test.ts\` compares them and holds every title to its file.
`

/** What docs/seeds.md holds. */
export function seedsDocument(): string {
  return [HEAD, ...GUIDES.map(section)].join('\n')
}

function section({ title, behaviours, weaknesses }: Guide): string {
  return `## ${title}\n\n${table('what it does', behaviours)}\n${table('what holds here', weaknesses)}`
}

function table(head: string, rows: Record<string, Row>): string {
  const lines = Object.entries(rows).map(([id, { what, tests, note }]) => [
    id,
    note === undefined ? what : `${what}<br>*${note}*`,
    tests.map(link).join('<br>'),
  ])
  return [['', head, 'shown by'], ['---', '---', '---'], ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('')
}

function link([file, title]: Reference): string {
  return `[${file}](../test/${file}.test.ts): ${title}`
}

if (import.meta.main) writeFileSync(FILE, seedsDocument())
