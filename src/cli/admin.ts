// npm run admin: services and their keys.

import '../config/node-version.js'
import { ownSettingFaults } from '../config/service-settings.ts'
import { CARRIERS } from '../domain/challenge.ts'
import { HELP, OPTIONS, runCommand, SUBCOMMANDS } from '../services/commands.ts'
import { createManageServices } from '../services/manage-services.ts'
import { createWebhookSecrets, type WebhookSecrets } from '../services/webhook-secrets.ts'
import { serviceStore } from '../store/services.ts'
import { secretsOf } from './number-secrets.ts'
import { operator } from './operator.ts'
import { readSubcommand } from './subcommand.ts'
import { withDatabase } from './with-database.ts'

const { command, args, values } = readSubcommand({
  name: 'admin',
  help: HELP,
  subcommands: SUBCOMMANDS,
  options: OPTIONS,
})
await withDatabase(async (database, config) => {
  const store = serviceStore(database)
  await store.ensureFirst()
  // Servers look for themselves.
  const changed = async () => {}
  const webhookSecrets: Pick<WebhookSecrets, 'draw'> = {
    draw: (id, by) => createWebhookSecrets({ store, secrets: secretsOf(config), changed }).draw(id, by),
  }
  const answer = await runCommand(
    command,
    args,
    values,
    createManageServices({
      store,
      // What a server may have that this command was not given, it is trusted to have.
      settingFaults: (texts) => ownSettingFaults({ ...config, production: false, carriers: [...CARRIERS] }, texts),
      changed,
    }),
    webhookSecrets,
    operator(),
  )
  console.log(answer)
})
