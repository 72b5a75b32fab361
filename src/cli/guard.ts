// npm run guard: who may be called and texted.

import '../config/node-version.js'
import { homeRegions } from '../config/build-carriers.ts'
import { environmentSettings, ownSettings } from '../config/service-settings.ts'
import type { Values } from '../config/settings.ts'
import { numberHashes } from '../domain/one-time-codes.ts'
import { HELP, OPTIONS, type Options, runCommand, SUBCOMMANDS } from '../guard/commands.ts'
import { createNumbers } from '../guard/numbers.ts'
import { isTrafficSubcommand, runTrafficCommand, TRAFFIC_HELP, TRAFFIC_SUBCOMMANDS } from '../guard/traffic-commands.ts'
import { challengeStore } from '../store/challenges.ts'
import type { Database } from '../store/database.ts'
import { guardTrafficStore } from '../store/guard-traffic.ts'
import { guardTripStore } from '../store/guard-trips.ts'
import { numberObstacles } from '../store/number-obstacles.ts'
import { numberRuleStore } from '../store/number-rules.ts'
import { prefixTrafficStore } from '../store/prefix-traffic.ts'
import { FIRST_SERVICE, serviceStore } from '../store/services.ts'
import { knownServiceNames } from './known-service-names.ts'
import { secretsOf } from './number-secrets.ts'
import { operator } from './operator.ts'
import { readSubcommand } from './subcommand.ts'
import { withDatabase } from './with-database.ts'

const { command, args, values } = readSubcommand({
  name: 'guard',
  help: `${HELP}\n${TRAFFIC_HELP}`,
  subcommands: { ...SUBCOMMANDS, ...TRAFFIC_SUBCOMMANDS },
  options: OPTIONS,
})
await withDatabase(async (database, config) => {
  const secrets = secretsOf(config)
  // Before anything is done: where they can't be read, nothing was.
  const names = await knownServiceNames(database, config)
  const options: Options = values
  const by = { actor: operator(), reason: options.reason ?? null }
  const answer = isTrafficSubcommand(command)
    ? await runTrafficCommand(command, args, options, by, {
        trips: guardTripStore(database),
        traffic: guardTrafficStore(database),
        prefixes: prefixTrafficStore(database),
        challenges: challengeStore(database),
        obstacles: numberObstacles(database),
        services: () => servicesOf(database, config),
        hashes: (text) => numberHashes(secrets, text),
        pushes: config.WEBHOOK_URL !== undefined,
      })
    : await runCommand(command, args, values, createNumbers(numberRuleStore(database), secrets), operator())
  console.log(names.inText(answer))
})

/** Each service as it is set. */
async function servicesOf(database: Database, config: Values) {
  const environment = environmentSettings(config)
  // Without a carrier the exchange stands in, whose numbers are of the US.
  if (!config.ALLOWED_COUNTRIES && homeRegions(config).size === 0) environment.countries = new Set(['US'])
  const services = await serviceStore(database).list()
  if (services.length === 0) return [{ id: FIRST_SERVICE, settings: environment }]
  return services.map(({ id, settings }) => ({ id, settings: { ...environment, ...ownSettings(config, settings) } }))
}
