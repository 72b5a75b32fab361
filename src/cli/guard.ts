// npm run guard: who may be called and texted.

import '../config/node-version.ts'
import { numberHashes } from '../domain/one-time-codes.ts'
import { HELP, OPTIONS, runCommand } from '../guard/commands.ts'
import { createNumbers } from '../guard/numbers.ts'
import { numberRuleStore } from '../store/number-rules.ts'
import { readCommandLine } from './command-line.ts'
import { secretsOf } from './number-secrets.ts'
import { operator } from './operator.ts'
import { withDatabase } from './with-database.ts'

const { positionals: words, values } = readCommandLine({ help: HELP, allowPositionals: true, options: OPTIONS })
if (words.length === 0) console.log(HELP)
else {
  await withDatabase(async (database, config) => {
    const hashes = (text: string) => numberHashes(secretsOf(config), text)
    const answer = await runCommand(words, values, createNumbers(numberRuleStore(database), hashes), operator())
    if (answer === null) throw new Error(`There is no such command: ${words.join(' ')}\n\n${HELP}`)
    console.log(answer)
  })
}
