// Floor A: pgbench with the guarded statement and nothing else, prepared, on rows that are each changed once.

import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { queryOnce } from '../../test/support/fresh-database.ts'
import { FLOOR_STATE, floorUpdate } from './floor-statements.ts'
import { AT_ONCE } from './http-load.ts'

const PGBENCH = globSync('/usr/lib/postgresql/*/bin/pgbench').sort().at(-1) ?? 'pgbench'

/** Every client has rows of its own; a client's counter keeps its value from one transaction to the next. */
const script = (round: number) => `\\set row :row + 1
${floorUpdate(`'pgbench_${round}_' || :client_id || '_' || :row`, '1', `'${FLOOR_STATE}'`).replaceAll('\n', ' ').trim()};
`

/** Statements a second. */
export async function pgbenchUpdates(databaseUrl: string, count: number, round: number): Promise<number> {
  const each = Math.ceil(count / AT_ONCE)
  await queryOnce(
    databaseUrl,
    `insert into floor_challenges (id, version, status, number, state)
     select 'pgbench_' || $1::int || '_' || client || '_' || n, 1, 'pending', '+12025550123', $2::text::jsonb
     from generate_series(0, $3::int - 1) as client, generate_series(1, $4::int) as n`,
    [round, FLOOR_STATE, AT_ONCE, each],
  )
  const directory = mkdtempSync(join(tmpdir(), 'answerback-pgbench-'))
  try {
    const file = join(directory, 'update.sql')
    writeFileSync(file, script(round))
    const options = ['-n', '-M', 'prepared', '-c', String(AT_ONCE), '-j', '2', '-t', String(each), '-D', 'row=0']
    const { stdout } = await promisify(execFile)(PGBENCH, [...options, '-f', file, databaseUrl])
    const [, perSecond] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
    if (perSecond === undefined) throw new Error(`pgbench said: ${stdout}`)
    return Number(perSecond)
  } finally {
    rmSync(directory, { recursive: true })
  }
}
