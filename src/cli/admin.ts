// npm run admin: services and their keys.

import '../config/node-version.js'
import { ownSettingFaults } from '../config/service-settings.ts'
import { CARRIERS } from '../domain/challenge.ts'
import { HELP, OPTIONS, runCommand } from '../services/commands.ts'
import { createManageServices } from '../services/manage-services.ts'
import { createWebhookSecrets, type WebhookSecrets } from '../services/webhook-secrets.ts'
import { serviceStore } from '../store/services.ts'
import { readCommandLine } from './command-line.ts'
import { secretsOf } from './number-secrets.ts'
import { operator } from './operator.ts'
import { withDatabase } from './with-database.ts'

const { positionals: words, values } = readCommandLine({ help: HELP, allowPositionals: true, options: OPTIONS })
if (words.length === 0) console.log(HELP)
else
  await withDatabase(async (database, config) => {
    const store = serviceStore(database)
    await store.ensureFirst()
    // Servers look for themselves.
    const changed = async () => {}
    const webhookSecrets: Pick<WebhookSecrets, 'draw'> = {
      draw: (id, by) => createWebhookSecrets({ store, secrets: secretsOf(config), changed }).draw(id, by),
    }
    const answer = await runCommand(
      words,
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
    if (answer === null) throw new Error(`There is no such command: ${words.join(' ')}\n\n${HELP}`)
    console.log(answer)
  })
