// npm run webhooks: which messages the app has not taken, and having them sent again.

import '../config/node-version.js'
import { outboxStore } from '../store/outbox.ts'
import { HELP, runCommand } from '../webhooks/commands.ts'
import { readArguments } from './command-line.ts'
import { operator } from './operator.ts'
import { withDatabase } from './with-database.ts'

const command = readArguments({ help: HELP, allowPositionals: true })
if (command.length === 0) console.log(HELP)
else {
  await withDatabase(async (database) => {
    const answer = await runCommand(command, outboxStore(database), operator())
    if (answer === null) throw new Error(`There is no such command: ${command.join(' ')}\n\n${HELP}`)
    console.log(answer)
  })
}
