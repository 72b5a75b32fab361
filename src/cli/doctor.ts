// npm run doctor: looks at settings, database, credentials and the way from the internet to us, and says what is wrong.

import '../config/node-version.ts'
import { loadEnvironment, readConfig } from '../config/read-config.ts'
import { serverVersion } from '../store/server-version.ts'
import { credentials } from './doctor/credentials.ts'
import { bad, type Finding, good, line, odd } from './doctor/finding.ts'
import { reach } from './doctor/public-url.ts'

const config = readConfig(loadEnvironment())
if ('faults' in config) {
  console.log('Settings:\n')
  for (const fault of config.faults) console.log(line(bad('setting', fault)))
  console.log('\nNothing else can be examined before these are right.')
  process.exit(1)
}

const findings: Finding[] = [
  good(
    'settings',
    config.production ? 'Complete, for production.' : 'Complete, for development: NODE_ENV is not production.',
  ),
  await database(config.DATABASE_URL ?? null),
  ...(await Promise.all(config.carriers.map((name) => credentials(name, config)))),
  ...(config.carriers.length === 0
    ? [odd('carriers', 'None is set: the exchange stands in, and no real phone rings.')]
    : []),
  await reach(config),
]
console.log(findings.map(line).join('\n'))
const wrong = findings.filter(({ verdict }) => verdict === 'bad').length
console.log(
  wrong === 0
    ? '\nCalls can be placed.'
    : `\n${wrong === 1 ? 'One thing stands' : `${wrong} things stand`} in the way.`,
)
process.exit(wrong === 0 ? 0 : 1)

async function database(url: string | null): Promise<Finding> {
  if (url === null) return good('database', 'Embedded, in DATA_DIR: for one instance.')
  try {
    return good('database', `Postgres ${await serverVersion(url)} answers.`)
  } catch {
    return bad('database', 'The database of DATABASE_URL does not answer.')
  }
}
