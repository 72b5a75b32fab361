// npm run challenge: what happened to a login, found by its id or by a telephone number, in sentences.

import '../config/node-version.js'
import type { Values } from '../config/settings.ts'
import { auditLogStore } from '../store/audit-log.ts'
import { challengeSearch } from '../store/challenge-search.ts'
import { challengeStore } from '../store/challenges.ts'
import type { Database } from '../store/database.ts'
import { findById, findByNumber } from './challenge/find.ts'
import { asJson, asText } from './challenge/output.ts'
import { readCommandLine } from './command-line.ts'
import { knownServiceNames } from './known-service-names.ts'
import { secretsOf } from './number-secrets.ts'
import { operator } from './operator.ts'
import { withDatabase } from './with-database.ts'

const HELP = `npm run challenge -- <id>                 what happened to this challenge, in sentences
npm run challenge -- <number>             the newest challenges to a telephone number, and what happened to the latest
npm run challenge -- <number> --region US a national number of that region

  --json    for programs: each challenge as the API shows it, with its service and its timeline

The number may be written in any way: "+1 (202) 555-0123". It is found by its keyed hash under every SECRET that is listed,
also when retention has removed the number itself. Times are UTC. No code, key or whole number is ever shown.

It reads the server's settings: DATABASE_URL, or DATA_DIR for the embedded database, and SECRET. An embedded database is open
to one process only: stop the server first, or ask it by GET /v1/challenges.
`

const { values, positionals } = readCommandLine({
  help: HELP,
  allowPositionals: true,
  options: { region: { type: 'string' }, json: { type: 'boolean' } },
})
const wanted = positionals.join(' ')
if (wanted === '') console.log(HELP)
else await withDatabase(report)

async function report(database: Database, config: Values): Promise<void> {
  const stores = { challenges: challengeStore(database), search: challengeSearch(database) }
  const log = auditLogStore(database)
  const region = typeof values.region === 'string' ? values.region : null
  const found = wanted.startsWith('chl_')
    ? await findById(stores, wanted)
    : await findByNumber(stores, secretsOf(config), wanted, region)
  await log.append({
    actor: operator(),
    action: 'challenge.read',
    target:
      found.found.length === 1
        ? found.found[0].record.challenge.id
        : `number:${found.found[0].record.request.numberHash}`,
    reason: null,
    detail: { challenges: found.found.length },
  })
  console.log(values.json ? asJson(found) : asText(found, await knownServiceNames(database, config)))
}
