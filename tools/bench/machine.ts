// What the figures were measured on.

import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export function describeMachine(): Record<string, string> {
  const processors = cpus()
  const postgres = globSync('/usr/lib/postgresql/*/bin/postgres').sort().at(-1) ?? 'postgres'
  return {
    processors: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    node: `Node ${process.versions.node}`,
    postgres: execFileSync(postgres, ['--version'], { encoding: 'utf8' })
      .trim()
      .replace('postgres (PostgreSQL)', 'Postgres'),
  }
}
