// npm run audit: who did what, whether the log of it is whole, and a copy to keep elsewhere.

import '../config/node-version.js'
import { readFile } from 'node:fs/promises'
import { HELP, OPTIONS, runCommand, SUBCOMMANDS } from '../audit/commands.ts'
import { numberHashes } from '../domain/one-time-codes.ts'
import { parseNumber } from '../domain/phone-number.ts'
import { numberKeys } from '../guard/number-rules.ts'
import { auditLogStore } from '../store/audit-log.ts'
import { secretsOf } from './number-secrets.ts'
import { readSubcommand } from './subcommand.ts'
import { withDatabase } from './with-database.ts'

const { command, args, values } = readSubcommand({
  name: 'audit',
  help: HELP,
  subcommands: SUBCOMMANDS,
  options: OPTIONS,
})
await withDatabase(async (database, config) => {
  const whole = await runCommand(command, args, values, auditLogStore(database), {
    print: console.log,
    readFile: (path) =>
      readFile(path, 'utf8').catch(({ code }: NodeJS.ErrnoException) => {
        throw new Error(code === 'ENOENT' ? `There is no such file: ${path}.` : `${path} can't be read (${code}).`)
      }),
    numberTargets(text) {
      const parsed = parseNumber(text, null, '*')
      if (!parsed.ok) throw new Error(`${text} is no number. ${parsed.message}`)
      return numberKeys(parsed.number, (number) => numberHashes(secretsOf(config), number))
    },
  })
  if (!whole) process.exitCode = 1
})
