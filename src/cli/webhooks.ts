// npm run webhooks: which messages the app has not taken, and having them sent again.

import '../config/node-version.ts'
import { outboxStore } from '../store/outbox.ts'
import { HELP, runCommand } from '../webhooks/commands.ts'
import { readArguments } from './command-line.ts'
import { withDatabase } from './with-database.ts'

const wanted = readArguments({ help: HELP, allowPositionals: true })
if (wanted.length === 0) console.log(HELP)
else {
  await withDatabase(async (database) => {
    const answer = await runCommand(wanted, outboxStore(database))
    if (answer === null) throw new Error(`There is no such command: ${wanted.join(' ')}\n\n${HELP}`)
    console.log(answer)
  })
}
