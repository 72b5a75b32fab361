// What a development server prints at its start: addresses, the API key, and a request to try.

import { isConsoleOpen } from '../config/open-console.ts'
import { shownOrigin } from '../config/own-origin.ts'
import type { Config } from '../config/read-config.ts'

/** A key that was set by the operator is not printed, since this may end in a log. */
type Parts = { config: Config; apiKey: string; isGenerated: boolean; simulated: boolean }

export function startMessage({ config, apiKey, isGenerated, simulated }: Parts): string {
  const here = shownOrigin(config.host, config.PORT)
  const access = isConsoleOpen(config) ? 'for this machine alone' : 'for an account: npm run operator -- add NAME'
  const lines = [
    '',
    '  Answerback is ready.',
    '',
    simulated || config.DEMO
      ? `  Demo      ${here}/demo      log in by phone`
      : '  Demo      off, since it would place real calls: DEMO=on mounts it for this machine',
    ...(simulated ? [`  Phones    ${here}/phones    the phones that ring: open it beside the demo`] : []),
    `  Console   ${here}/console   what is under way, and what happened to a login: ${access}`,
    `  Docs      ${here}/docs      the API`,
    '',
    `  API key   ${isGenerated ? `${apiKey}      (drawn once, kept in ${config.DATA_DIR}/keys.json)` : 'the one in API_KEY'}`,
    `  Calls go  ${simulated ? 'to the exchange in this process: no carrier account is needed, and no real phone rings' : `through ${config.carriers.join(', then ')}`}`,
    `  Data      ${config.DATABASE_URL ? 'in your Postgres' : `in the embedded database in ${config.DATA_DIR}`}`,
    '',
    '  Try it:',
    '',
    `  curl -s ${here}/v1/challenges -H ${isGenerated ? `'Authorization: Bearer ${apiKey}'` : '"Authorization: Bearer $API_KEY"'} \\`,
    `    -H 'Content-Type: application/json' -d '{"to":"+12025550123","flow":"approve"}'`,
    '',
  ]
  return lines.join('\n')
}
