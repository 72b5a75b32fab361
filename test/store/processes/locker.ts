// Takes the lock of the directory it is given, and keeps it until it is killed.

import { lockDirectory } from '../../../src/store/directory-lock.ts'

try {
  await lockDirectory(process.argv[2]!)
  console.log('locked')
  setInterval(() => {}, 60_000)
} catch (error) {
  console.log(`refused ${(error as Error).message}`)
}
