// The chain of the audit log: exact however many append, and an entry that was changed, removed or put elsewhere is named.

import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'
import fc from 'fast-check'
import { runCommand, type SUBCOMMANDS, type Surroundings } from '../../src/audit/commands.ts'
import { exportLine } from '../../src/audit/export-file.ts'
import { type AuditEntry, auditLogStore } from '../../src/store/audit-log.ts'
import type { Database } from '../../src/store/database.ts'
import { numberRuleStore } from '../../src/store/number-rules.ts'
import { outboxStore } from '../../src/store/outbox.ts'
import { onEachDatabase } from '../store/each-database.ts'
import { anAct } from '../store/samples.ts'
import { onPostgres } from '../store/test-databases.ts'
import { withoutPostgres } from '../support/fresh-database.ts'

const act = (target: string): AuditEntry => ({ ...anAct, target })

/** As someone with the owner's rights would, behind the back of the triggers. */
async function tamper(database: Database, ...statements: string[]): Promise<void> {
  await database.query('alter table audit_log disable trigger user')
  for (const statement of statements) await database.query(statement)
  await database.query('alter table audit_log enable trigger user')
}

async function emptied(database: Database): Promise<void> {
  await tamper(database, 'delete from audit_log', `update audit_head set sequence = 0, hash = repeat('0', 64)`)
}

async function ask(
  database: Database,
  [command, ...args]: [keyof typeof SUBCOMMANDS, ...string[]],
  files: Record<string, string> = {},
  options = {},
) {
  const lines: string[] = []
  const surroundings: Surroundings = {
    print: (line) => lines.push(line),
    readFile: async (path) => files[path]!,
    numberTargets: (number) => [`number:hash of ${number}`],
  }
  const whole = await runCommand(command, args, options, auditLogStore(database), surroundings)
  return { whole, lines }
}

onEachDatabase((database) => {
  beforeEach(() => emptied(database()))

  const fiveEntries = async () => {
    for (const target of ['a', 'b', 'c', 'd', 'e']) await auditLogStore(database()).append(act(target))
  }
  const faults = async (...statements: string[]) => {
    await emptied(database())
    await fiveEntries()
    await tamper(database(), ...statements)
    const { whole, lines } = await ask(database(), ['verify'])
    assert.equal(whole, false)
    return lines
  }

  test('nothing was appended yet', async () => {
    assert.deepEqual(await ask(database(), ['verify']), { whole: true, lines: ['0 entries in an unbroken chain.'] })
    assert.deepEqual((await ask(database(), ['list'])).lines, ['There is no such entry.'])
    assert.deepEqual((await ask(database(), ['export'])).lines, [])
  })

  test('entries are listed, exported and verified', async () => {
    await fiveEntries()
    assert.deepEqual(await ask(database(), ['verify']), { whole: true, lines: ['5 entries in an unbroken chain.'] })
    const { lines } = await ask(database(), ['list'])
    assert.match(lines[0]!, /^5 {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}cli:ada {2}webhooks\.sent_again {2}e$/)
    assert.equal(lines.length, 5)
    const exported = (await ask(database(), ['export'])).lines
    assert.equal(exported.length, 5)
    const file = { 'audit.jsonl': `${exported.join('\n')}\n` }
    await auditLogStore(database()).append(act('f'))
    assert.deepEqual((await ask(database(), ['verify', 'audit.jsonl'], file)).lines, [
      '6 entries in an unbroken chain, as audit.jsonl has them.',
    ])
  })

  test('whatever is written is hashed here as there', async () => {
    const log = auditLogStore(database())
    const text = fc.string({ unit: 'binary' }).filter((one) => !one.includes('\0'))
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.dictionary(
          fc.string().filter((one) => !one.includes('\0')),
          text,
        ),
        async (reason, detail) => {
          await log.append({ ...anAct, reason, detail })
        },
      ),
      { numRuns: 40 },
    )
    assert.equal((await ask(database(), ['verify'])).whole, true)
  })

  test('a changed entry is named, with its hash made anew too', async () => {
    assert.deepEqual(await faults(`update audit_log set actor = 'cli:eve' where sequence = 3`), [
      'Entry 3 was changed.',
    ])
    assert.deepEqual(await faults(`update audit_log set at = at + interval '1 millisecond' where sequence = 3`), [
      'Entry 3 was changed.',
    ])
    const hash = `encode(sha256(convert_to(concat_ws(E'\\n', previous_hash, sequence,
      to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), actor, action, target, 'null', detail), 'UTF8')), 'hex')`
    assert.deepEqual(
      await faults(
        `update audit_log set actor = 'cli:eve' where sequence = 3`,
        `update audit_log set hash = ${hash} where sequence = 3`,
      ),
      ['Entry 4 does not follow entry 3.'],
    )
  })

  test('removed entries are named: at the beginning, in the middle, at the end', async () => {
    assert.deepEqual(await faults('delete from audit_log where sequence = 1'), ['Entry 1 is missing.'])
    assert.deepEqual(await faults('delete from audit_log where sequence in (2, 3)'), ['Entries 2 to 3 are missing.'])
    assert.deepEqual(await faults('delete from audit_log where sequence > 3'), ['Entries 4 to 5 are missing.'])
  })

  test('entries put elsewhere are named', async () => {
    const found = await faults(
      'update audit_log set sequence = 100 where sequence = 2',
      'update audit_log set sequence = 2 where sequence = 3',
      'update audit_log set sequence = 3 where sequence = 100',
    )
    for (const sequence of [2, 3]) assert.ok(found.includes(`Entry ${sequence} was changed.`), found.join(' '))
  })

  test('a history that was written anew differs from an earlier export', async () => {
    await fiveEntries()
    const file = { 'audit.jsonl': (await ask(database(), ['export'])).lines.join('\n') }
    await emptied(database())
    for (const target of ['a', 'b', 'x']) await auditLogStore(database()).append(act(target))
    assert.equal((await ask(database(), ['verify'])).whole, true)
    const { whole, lines } = await ask(database(), ['verify', 'audit.jsonl'], file)
    assert.equal(whole, false)
    assert.ok(lines.includes('Entry 3 is another one than in the export.'), lines.join(' '))
    assert.ok(lines.includes('Entries 4 to 5 are missing. The export has them.'), lines.join(' '))
  })

  test('what is written wrongly is refused', async () => {
    await assert.rejects(ask(database(), ['list'], {}, { before: 'x' }), /--before x: give the number of an entry/)
  })

  test('an export that was changed is no export', async () => {
    await fiveEntries()
    const { lines } = await ask(database(), ['export'])
    const row = { ...JSON.parse(lines[1]!), actor: 'cli:eve' }
    const changed = { 'audit.jsonl': [lines[0], exportLine(row)].join('\n') }
    await assert.rejects(ask(database(), ['verify', 'audit.jsonl'], changed), /Entry 2 of the export was changed/)
    for (const text of ['no json', '{}', 'null', '{"sequence":1}'])
      await assert.rejects(ask(database(), ['verify', 'f'], { f: text }), /Line 1 of the export is no entry/, text)
  })

  test('no entry can be changed or deleted', async () => {
    await fiveEntries()
    for (const mistake of [
      `update audit_log set actor = 'cli:eve'`,
      'delete from audit_log where sequence = 1',
      'delete from audit_log',
      'truncate audit_log',
    ])
      await assert.rejects(database().query(mistake), /The audit log is only ever added to/, mistake)
    assert.equal((await ask(database(), ['verify'])).whole, true)
  })

  test('retention deletes the oldest by the day, and the chain still verifies', async () => {
    const log = auditLogStore(database())
    await fiveEntries()
    const file = { 'audit.jsonl': (await ask(database(), ['export'])).lines.join('\n') }
    // What is a moment old is older than so long before the end of tomorrow.
    const DAY = 86_400
    await log.sweep(-1)
    assert.equal((await ask(database(), ['list'])).lines.length, 5, 'nothing is a day too old')
    await log.sweep(-DAY - 1)
    const { lines } = await ask(database(), ['list'])
    assert.equal(lines.length, 1)
    assert.match(lines[0]!, /^6 {2}.* {2}server {2}audit\.swept {2}- {2}\{"hash": "[0-9a-f]{64}", "through": 5\}$/)
    assert.deepEqual((await ask(database(), ['verify'])).lines, ['1 entry in an unbroken chain.'])
    for (const target of ['f', 'g']) await log.append(act(target))
    assert.deepEqual((await ask(database(), ['verify', 'audit.jsonl'], file)).lines, [
      '3 entries in an unbroken chain, as audit.jsonl has them.',
    ])
    await assert.rejects(database().query('delete from audit_log where sequence = 6'), /only ever added to/)
    await tamper(database(), 'delete from audit_log where sequence in (6, 7)')
    assert.deepEqual((await ask(database(), ['verify'])).lines, ['Entries 1 to 7 are missing.'])
  })

  test('an act that changes nothing is not written down, and one that does is in its own statement', async () => {
    const rules = numberRuleStore(database())
    assert.equal(await rules.remove(['prefix:+1'], ['block'], null, act('a')), false)
    assert.equal(await outboxStore(database()).sendAgain('all', act('b')), 0)
    assert.equal((await ask(database(), ['list'])).lines[0], 'There is no such entry.')
    const rule = { kind: 'block', forService: '', forChannel: '', shown: '+1', reason: null, seconds: null } as const
    await rules.add(
      { ...rule, keys: ['prefix:+1'] },
      { ...act('c'), reason: 'Ada, +1 (202) 555-0123, asked on 2026-11-27' },
    )
    assert.equal(await rules.remove(['prefix:+1'], ['block'], null, act('d')), true)
    assert.deepEqual(
      (await auditLogStore(database()).list({ actor: null, action: null, targets: ['c', 'd'] }, null, 5)).map(
        ({ target, reason }) => [target, reason],
      ),
      [
        ['d', null],
        ['c', 'Ada, [number], asked on 2026-11-27'],
      ],
    )
    await tamper(database(), `alter table audit_log add constraint refusing check (target <> 'e') not valid`)
    await assert.rejects(rules.add({ ...rule, keys: ['prefix:+2'] }, act('e')), /refusing/)
    assert.equal(await rules.allows(['prefix:+2']), false)
    assert.deepEqual(await rules.list(5), [], 'neither stands without the other')
    await tamper(database(), 'alter table audit_log drop constraint refusing')
  })
})

describe('several instances', { skip: withoutPostgres }, () => {
  const { database } = onPostgres({ instances: 3 })

  test('append at once, and the chain has every entry once', async () => {
    const logs = [0, 1, 2].map((instance) => auditLogStore(database(instance)))
    const entries = Array.from({ length: 90 }, (_, index) => act(String(index)))
    await Promise.all(entries.map((entry, index) => logs[index % 3]!.append(entry)))
    assert.deepEqual((await ask(database(), ['verify'])).lines, ['90 entries in an unbroken chain.'])
    const rows = await logs[0]!.list({ actor: null, action: null, targets: null }, null, 100)
    assert.equal(new Set(rows.map(({ target }) => target)).size, 90)
    await Promise.all(logs.map((log) => log.sweep(-86_401)))
    assert.deepEqual((await ask(database(), ['verify'])).lines, ['1 entry in an unbroken chain.'])
  })
})
