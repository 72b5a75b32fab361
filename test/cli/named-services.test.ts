// The id of a service in what a command prints has its name behind it, where there are several: nobody knows them by their ids.

import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { E164 } from '../../src/domain/challenge.ts'
import { type Server, startServer } from '../http/test-server.ts'
import { anAct } from '../store/samples.ts'
import { withoutPostgres } from '../support/fresh-database.ts'
import { nextNumber } from '../support/numbers.ts'
import { runCommand } from './run-command.ts'

const SECRET = 'a secret of the test server, long enough'

describe('services in what commands print', { skip: withoutPostgres }, () => {
  let server: Server
  let directory: string
  before(async () => {
    server = await startServer()
    directory = await mkdtemp(join(tmpdir(), 'answerback-services-'))
    await server.store.services.update('svc_other', { name: 'Saltmarsh', settings: {} }, anAct)
  })
  after(async () => {
    await server.stop()
    await rm(directory, { recursive: true })
  })

  async function lines(command: string, ...args: string[]): Promise<string[]> {
    const variables = { DATABASE_URL: server.databaseUrl!, SECRET, SERVICE_NAME: 'Acme', ALLOWED_COUNTRIES: 'US' }
    const { code, out, err } = await runCommand(command, args, directory, variables)
    assert.equal(code, 0, err)
    return out.trimEnd().split('\n')
  }

  test('rules on traffic, what was started, and lists', async () => {
    const number = nextNumber() as E164
    const trip = { rule: 'spending', mode: 'enforce', seconds: 3_600, message: null, taken: null } as const
    await server.store.guardTrips.begin([
      { ...trip, id: 'trp_1', key: 'service:svc_other', reason: 'Spent.' },
      { ...trip, id: 'trp_2', key: 'service:svc_gone', reason: 'Spent.' },
    ])
    const traffic = { started: 12, verified: 3, failed: 1, cost: 15_000 }
    await server.store.guardTraffic.add([
      { key: 'service:svc_first', ...traffic },
      { key: 'service:svc_other', ...traffic },
      { key: 'all', ...traffic },
    ])
    const [gone, spent] = (await lines('guard', 'trips')).sort()
    assert.match(gone!, /^spending against service:svc_gone since /)
    assert.match(spent!, /^spending against service:svc_other \(Saltmarsh\) since /)
    assert.deepEqual(await lines('guard', 'traffic'), [
      '    12 started  75 % of 4 verified              1.50  all',
      '    12 started  75 % of 4 verified              1.50  service:svc_first (Acme)',
      '    12 started  75 % of 4 verified              1.50  service:svc_other (Saltmarsh)',
    ])
    assert.match(
      (await lines('guard', 'lift', 'service:svc_other', '--reason', 'known'))[0]!,
      /svc_other \(Saltmarsh\)/,
    )
    const [explained] = (await lines('guard', 'explain', number)).filter((line) => line.includes('svc_gone'))
    assert.match(explained!, /against service:svc_gone since/)
  })

  test('what has failed to reach an app', async () => {
    const { json } = await server.ask(
      'POST',
      '/v1/challenges',
      { to: nextNumber() },
      {
        Authorization: `Bearer ${server.foreignKey}`,
      },
    )
    await server.query(
      `insert into outbox (id, service_id, challenge_id, type, body, failed_at, last_error, tries)
       values ('msg_1', 'svc_other', $1, 'challenge.canceled', '{}', now(), 'http_500', 9)`,
      [json.id],
    )
    assert.match((await lines('webhooks', 'failed'))[0]!, /svc_other \(Saltmarsh\)/)
  })

  test('a command that can not read them has done nothing', async () => {
    const number = nextNumber() as E164
    const variables = { DATABASE_URL: server.databaseUrl!, SECRET, ALLOWED_COUNTRIES: 'US' }
    const failed = async () => (await server.query('select id from outbox where failed_at is not null')).length
    const before = await failed()
    assert.ok(before > 0)
    await server.query('alter table services rename to services_elsewhere')
    try {
      for (const [command, args] of [
        ['guard', ['block', number, '--reason', 'a test']],
        ['webhooks', ['send-again', 'all']],
      ] as const) {
        const { code, out } = await runCommand(command, args, directory, variables)
        assert.deepEqual([code, out], [1, ''], command)
      }
    } finally {
      await server.query('alter table services_elsewhere rename to services')
    }
    assert.deepEqual(await server.store.numberRules.list(10), [])
    assert.equal(await failed(), before)
  })
})
