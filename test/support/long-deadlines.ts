// For tests of what is answered, and not of how soon: fifty requests at once, which wait for each other in the database, take
// seconds where a machine is busy, and would be told that the database does not answer. test/faults and test/store/database
// measure the deadlines as they are. Imported before whatever reads them as it is loaded.

import { DEADLINES } from '../../src/time/deadlines.ts'

const TIMES_AS_LONG = 10

const deadlines: Record<string, number> = DEADLINES
const ofDatabase = ['saved', 'statement', 'statementOnServer', 'lockOnServer', 'silentConnection', 'connect'] as const
for (const name of [...ofDatabase, 'document'] as const satisfies (keyof typeof DEADLINES)[])
  deadlines[name]! *= TIMES_AS_LONG
