// npm run doctor: looks at settings, database, credentials and the way from the internet to us, and says what is wrong.

import '../config/node-version.js'
import { checkDataDirectory } from '../config/data-directory.ts'
import { loadEnvironment } from '../config/load-environment.ts'
import { type Config, readConfig } from '../config/read-config.ts'
import { serverInfo } from '../store/server-info.ts'
import { readArguments } from './command-line.ts'
import { clock } from './doctor/clock-difference.ts'
import { credentials } from './doctor/credentials.ts'
import { bad, type Finding, good, line, odd } from './doctor/finding.ts'
import { reach } from './doctor/public-url.ts'
import { limits } from './doctor/unset-limits.ts'

readArguments({
  help: `npm run doctor

Looks at the settings, the database, the credentials of each carrier and the way from the internet to PUBLIC_URL, and says
what is wrong. It changes nothing and places no call. It ends with 0 when calls can be placed and with 1 when not.`,
})
const { environment, faults } = loadEnvironment()
const config = readConfig(environment, faults)
if ('faults' in config) {
  for (const fault of config.faults) console.log(line(bad('setting', fault)))
  console.log('\nNothing else can be examined before these are right.')
  process.exit(1)
}

const findings: Finding[] = [
  good(
    'settings',
    config.production ? 'Complete, for production.' : 'Complete, for development: NODE_ENV is not production.',
  ),
  ...(await database(config)),
  ...(await Promise.all(config.carriers.map((name) => credentials(name, config)))),
  ...(config.carriers.length === 0
    ? [odd('carriers', 'None is set: the exchange stands in, and no real phone rings.')]
    : []),
  ...limits(config),
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

async function database({ DATABASE_URL: url, DATABASE_DIRECT_URL: directUrl, DATA_DIR }: Config): Promise<Finding[]> {
  try {
    if (url) {
      const { version, clockAhead } = await serverInfo(url)
      if (directUrl) await serverInfo(directUrl)
      return [good('database', `Postgres ${version} answers.`), clock(clockAhead)]
    }
    checkDataDirectory(DATA_DIR)
    return [good('database', `Embedded, in ${DATA_DIR}: for one instance.`)]
  } catch (error) {
    return [bad('database', (error as Error).message)]
  }
}
