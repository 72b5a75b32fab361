// The secrets under which the running server hashes numbers, for commands that look for one.

import { drawnSecrets } from '../config/generated-secrets.ts'
import type { Values } from '../config/settings.ts'

/** Never drawn here: another secret than the server's finds no number. */
export function secretsOf({ SECRET, DATA_DIR }: Values): string[] {
  const drawn = SECRET ? null : drawnSecrets(DATA_DIR)
  if (SECRET ?? drawn) return SECRET ?? [drawn!.secret]
  throw new Error("SECRET: it is not set. A number is found by its hash, which needs the server's SECRET.")
}
