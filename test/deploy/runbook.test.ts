// docs/runbook.md has a section for each alert, and its links and commands lead somewhere.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'
import { ROOT, readText, readYaml } from './deployment-files.ts'

type Rule = { alert: string; annotations: { summary: string; description: string; runbook_url: string } }
const [rules] = readYaml<{ groups: { rules: Rule[] }[] }>('deploy/prometheus/alerts.yml')
const alerts = rules!.groups.flatMap(({ rules }) => rules)

/** As the site of the repository makes it of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-')

const headings = (path: string) => [...readText(path).matchAll(/^#{2,3} (.*)$/gm)].map(([, heading]) => heading!)
const runbook = readText('docs/runbook.md')

describe('docs/runbook.md', () => {
  test('has a section for each alert, in their order, and for none that there is not', () => {
    assert.ok(alerts.length > 0)
    assert.deepEqual(
      headings('docs/runbook.md').filter((heading) => heading.startsWith('Answerback')),
      alerts.map(({ alert }) => alert),
    )
  })

  test('has what each alert leads to', () => {
    const anchors = headings('docs/runbook.md').map(anchor)
    for (const { alert, annotations } of alerts) {
      const [, target] = /^docs\/runbook\.md#(.*)$/.exec(annotations.runbook_url) ?? []
      assert.ok(anchors.includes(target!), `${alert}: ${annotations.runbook_url}`)
    }
  })

  for (const path of ['docs/runbook.md', 'docs/operations.md', 'docs/deploy.md'])
    test(`${path}: a link within a document leads to one of its headings`, () => {
      for (const [, file, target] of readText(path).matchAll(/\]\(([\w./-]*\.md)?#([\w-]+)\)/g)) {
        const document = !file ? path : file.startsWith('../') ? file.slice(3) : `docs/${file}`
        assert.ok(headings(document).map(anchor).includes(target!), `${document}#${target}`)
      }
    })

  test('names commands as they are: each stands in its own help', () => {
    const named = [...runbook.matchAll(/npm run (guard|webhooks|audit|admin|operator) -- ([a-z-]+)/g)]
    assert.ok(named.length > 8)
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
    const help = new Map<string, string>()
    for (const [, command, subcommand] of named) {
      const [, file] = scripts[command!]!.split('exec node ')
      if (!help.has(command!))
        help.set(
          command!,
          execFileSync(process.execPath, [...NODE_ARGUMENTS, file!, '--help'], { cwd: ROOT, encoding: 'utf8' }),
        )
      assert.ok(help.get(command!)!.includes(`npm run ${command} -- ${subcommand}`), `${command} ${subcommand}`)
    }
  })

  test('names what the log says as the code does', () => {
    for (const [line, file] of [
      ['database connection lost', 'src/store/postgres.ts'],
      ['guard rule began', 'src/guard/trips.ts'],
      ['request failed', 'src/http/problems.ts'],
    ] as const) {
      assert.ok(runbook.includes(`\`${line}\``), line)
      assert.ok(readText(file).includes(`'${line}'`), `${file}: ${line}`)
    }
  })
})
