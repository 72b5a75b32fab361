// Makes challenges in the directory it is given and says each one's id once it is kept, until it is killed.

import { openStore } from '../../../src/store/store.ts'
import { consoleLogger } from '../../support/test-loggers.ts'
import { aChallenge, aCreation, aRequest } from '../samples.ts'

const { challenges } = await openStore({ url: null, dataDir: process.argv[2]!, log: consoleLogger })
for (;;) {
  const challenge = aChallenge()
  await challenges.insert({ challenge, request: aRequest(), expiresIn: 300, idempotency: null, slot: null }, aCreation)
  console.log(challenge.id)
}
