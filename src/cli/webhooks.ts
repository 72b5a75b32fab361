// npm run webhooks: which messages the app has not taken, and having them sent again.

import '../config/node-version.js'
import { outboxStore } from '../store/outbox.ts'
import { HELP, runCommand, SUBCOMMANDS } from '../webhooks/commands.ts'
import { knownServiceNames } from './known-service-names.ts'
import { operator } from './operator.ts'
import { readSubcommand } from './subcommand.ts'
import { withDatabase } from './with-database.ts'

const { command, args } = readSubcommand({ name: 'webhooks', help: HELP, subcommands: SUBCOMMANDS })
await withDatabase(async (database, config) => {
  // Before anything is done: where they can't be read, nothing was.
  const names = await knownServiceNames(database, config)
  const answer = await runCommand(command, args, outboxStore(database), operator())
  console.log(names.inText(answer))
})
