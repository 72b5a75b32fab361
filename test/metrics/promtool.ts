import { execFileSync, spawnSync } from 'node:child_process'

export const withoutPromtool = spawnSync('promtool', ['--version']).error
  ? "SKIPPED: no promtool found (Debian's package prometheus)"
  : false

/** What it says; throws with that when it objects. */
export function promtool(...args: string[]): string {
  return execFileSync('promtool', args, { encoding: 'utf8' })
}
