// The operator's commands about the audit log.

import type { AuditFilter, AuditLog, AuditRow } from '../store/audit-log.ts'
import { exportLine, readExport } from './export-file.ts'
import { verifyChain } from './verify-chain.ts'

const SHOWN = 50

export const OPTIONS = {
  actor: { type: 'string' },
  action: { type: 'string' },
  target: { type: 'string' },
  number: { type: 'string' },
  before: { type: 'string' },
} as const
type Options = { [name in keyof typeof OPTIONS]?: string }

export const HELP = `Who did what. docs/audit.md says what is written down, and what a chain of hashes proves.

  npm run audit -- list                        the newest ${SHOWN} entries
  npm run audit -- list --actor cli:ada        those of one actor, --action number.unblocked of one kind,
                                               --target chl_… about one thing, --number +12025550123 about a number,
                                               --before 120 older ones
  npm run audit -- verify                      whether an entry was changed, removed or put elsewhere
  npm run audit -- verify audit.jsonl          the same, and whether all that an earlier export has is still so
  npm run -s audit -- export > audit.jsonl  every entry, a line of JSON each

It reads the server's settings; SECRET only for --number. An embedded database is open to one process only: stop the server
first.
`

export const SUBCOMMANDS = { list: [], verify: ['[file]'], export: [] } as const

/** What a command reads beside the log, and where its lines go. */
export type Surroundings = {
  print(line: string): void
  readFile(path: string): Promise<string>
  /** The targets under which entries about a number are written. */
  numberTargets(number: string): string[]
}

/** Whether all is well. Throws with a sentence for what is written wrongly. */
export async function runCommand(
  command: keyof typeof SUBCOMMANDS,
  [file]: readonly string[],
  options: Options,
  log: Pick<AuditLog, 'list' | 'snapshot'>,
  surroundings: Surroundings,
): Promise<boolean> {
  const { print } = surroundings
  switch (command) {
    case 'list': {
      const rows = await log.list(filterOf(options, surroundings), sequence(options.before), SHOWN)
      for (const line of listed(rows)) print(line)
      return true
    }
    case 'export':
      await log.snapshot(async ({ rows }) => {
        for await (const row of rows) print(exportLine(row))
      })
      return true
    case 'verify': {
      const known = file === undefined ? [] : readExport(await surroundings.readFile(file))
      const { entries, faults } = await log.snapshot((snapshot) => verifyChain(snapshot, known))
      for (const fault of faults) print(fault)
      if (faults.length === 0)
        print(`${count(entries)} in an unbroken chain${file === undefined ? '' : `, as ${file} has them`}.`)
      return faults.length === 0
    }
  }
}

function filterOf({ actor, action, target, number }: Options, { numberTargets }: Surroundings): AuditFilter {
  const targets = number !== undefined ? numberTargets(number) : target !== undefined ? [target] : null
  return { actor: actor ?? null, action: action ?? null, targets }
}

function sequence(text: string | undefined): number | null {
  if (text === undefined) return null
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--before ${text}: give the number of an entry.`)
  return Number(text)
}

function listed(rows: AuditRow[]): string[] {
  if (rows.length === 0) return ['There is no such entry.']
  const more = rows.length === SHOWN ? [`These are ${SHOWN}. Older ones: --before ${rows.at(-1)!.sequence}`] : []
  return [...rows.map(line), ...more]
}

function line({ sequence, at, actor, action, target, reason, detail }: AuditRow): string {
  return [String(sequence), at, actor, action, target || '-', detail === '{}' ? '' : detail, reason ?? '']
    .filter((part) => part !== '')
    .join('  ')
}

function count(entries: number): string {
  return entries === 1 ? '1 entry' : `${entries} entries`
}
