// Who runs a command, as the audit log names them.

import { userInfo } from 'node:os'

/** The user of this machine, or its number where it has no name, as in some containers. */
export function operator(): string {
  try {
    return `cli:${userInfo().username}`
  } catch {
    return `cli:${process.getuid?.() ?? 'unknown'}`
  }
}
