// What stands in a connection string, and what an operator is told when it leads nowhere.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { TLSSocket } from 'node:tls'
import { parseConnectionString } from '../../src/store/connection-string.ts'
import { migrate } from '../../src/store/migrations.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { openStore } from '../../src/store/store.ts'
import { freePort } from '../support/free-port.ts'
import { freshDatabase, withoutPostgres } from '../support/fresh-database.ts'
import { recordedLogger } from '../support/test-loggers.ts'

const at = (query: string) => parseConnectionString(`postgres://ada:p%40ss:w@db.example.com:6432/app?${query}`)

describe('a connection string', () => {
  test('has its parts', () => {
    const { hosts, ports, user, password, database } = at('')
    assert.deepEqual(
      { hosts, ports, user, password, database },
      { hosts: ['db.example.com'], ports: [6432], user: 'ada', password: 'p@ss:w', database: 'app' },
    )
    assert.deepEqual(parseConnectionString('postgresql://a@h1:1,h2/d').ports, [1, 5432])
    assert.deepEqual(parseConnectionString('postgres://a@[::1]:6/d').hosts, ['::1'])
    assert.equal(parseConnectionString('postgres://a:50%@h/d').password, '50%')
    const mailed = parseConnectionString('postgres://a:p@ss/w@h:7/d?application_name=ada@example.com')
    assert.deepEqual([mailed.hosts, mailed.ports, mailed.password, mailed.database], [['h'], [7], 'p@ss/w', 'd'])
    assert.equal(mailed.startup.application_name, 'ada@example.com')
    for (const port of ['543210', '0', '5432x', '-1', '65536'])
      assert.throws(() => parseConnectionString(`postgres://a@h:${port}/d`), new RegExp(`has the port ${port}, which`))
    assert.throws(() => parseConnectionString('postgres:///d?host=h&port=x'), /has the port x, which/)
  })

  test('sends the server only parameters that it knows', () => {
    for (const query of [
      'channel_binding=require',
      'connection_limit=5&pool_timeout=0',
      'gssencmode=disable',
      'schema=public',
    ])
      assert.deepEqual([at(query).startup, at(query).unknown], [{ application_name: 'answerback' }, []], query)
    assert.equal(at('schema=verify').startup.search_path, 'verify')
    assert.deepEqual(at('colour=blue').unknown, ['colour'])
    assert.equal(at('pgbouncer=true').prepare, false)
    assert.equal(at('statement_cache_size=0').prepare, false)
    assert.equal(at('').prepare, true)
  })

  test('says whether the certificate is verified', () => {
    assert.equal(at('').ssl, false)
    assert.equal(at('sslmode=disable').ssl, false)
    assert.equal(at('sslmode=prefer').ssl, 'prefer')
    const verifies = (query: string) => (at(query).ssl as { rejectUnauthorized: boolean }).rejectUnauthorized
    assert.equal(verifies('sslmode=require'), false)
    assert.equal(verifies('sslmode=verify-full'), true)
    assert.equal(verifies('sslmode=verify-ca'), true)
    assert.equal(verifies('sslmode=require&sslrootcert=/etc/hostname'), true)
    assert.throws(() => at('sslmode=strict'), /sslmode=strict/)
    assert.throws(() => at('sslmode='), /sslmode=:/)
    assert.throws(() => at('sslmode=VERIFY-FULL'), /sslmode=VERIFY-FULL/)
    assert.throws(() => at('sslmode=disable&sslmode=verify-full'), /sslmode 2 times/)
    for (const value of ['on', 'yes', 'no-verify', '{"rejectUnauthorized":true}', ''])
      assert.throws(() => at(`ssl=${value}`), /has ssl=/, value)
    assert.equal(at('ssl=false').ssl, false)
    assert.equal(verifies('ssl=1'), false)
    assert.throws(() => at('sslmode=verify-full&sslrootcert=/no/such'), /sslrootcert=\/no\/such, and that file/)
  })
})

describe('a database that can not be opened is told', { skip: withoutPostgres }, () => {
  async function sentence(url: string): Promise<string> {
    const { log } = await recordedLogger()
    const error = await openStore({ url, dataDir: '', log }).then(
      (store) => store.close().then(() => 'it opened'),
      (error: Error) => error.message,
    )
    assert.doesNotMatch(error, /hunter2/)
    return error
  }

  test('by its name', async (t) => {
    const { url, drop } = await freshDatabase()
    t.after(drop)
    const none = new URL(url)
    none.pathname = '/no_such'
    assert.match(await sentence(none.href), /^There is no database "no_such" at 127\.0\.0\.1:\d+\.$/)
  })

  test('by its port', async () => {
    const port = await freePort()
    assert.match(await sentence(`postgres://a:hunter2@127.0.0.1:${port}/a`), new RegExp(`^Nothing answers .*:${port}`))
  })

  test('by its ports, of several', async () => {
    const [one, two] = [await freePort(), await freePort()]
    assert.equal(
      await sentence(`postgres://a:hunter2@127.0.0.1:${one},[::1]:${two}/a`),
      `No Postgres answers at the database's address 127.0.0.1:${one}, [::1]:${two}.`,
    )
  })

  test('by what is there: no Postgres', async (t) => {
    const web = await serverThat((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    })
    t.after(() => web.close())
    assert.match(await sentence(`postgres://a:hunter2@127.0.0.1:${portOf(web)}/a`), /^No Postgres answers at .*:\d+\.$/)
  })

  test('by its socket', async () => {
    assert.match(
      await sentence('postgres://a:hunter2@/a?host=/no/such'),
      /^There is no socket of a database in \/no\/such/,
    )
  })

  test('by its host', async () => {
    assert.match(
      await sentence('postgres://a:hunter2@no-such-host.invalid/a'),
      /^The database's host name no-such-host\.invalid is not known\.$/,
    )
  })

  test('by its password', async (t) => {
    const server = await serverThat((socket) => {
      socket.once('data', () => socket.end(errorMessage('28P01', 'password authentication failed for user "a"')))
    })
    t.after(() => server.close())
    assert.match(
      await sentence(`postgres://a:hunter2@127.0.0.1:${portOf(server)}/a`),
      /refuses the password of the user "a"\.$/,
    )
  })

  test('by its certificate, which only verify-full asks for', async (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'answerback-tls-'))
    t.after(() => rmSync(directory, { recursive: true }))
    const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1']
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
      {
        stdio: 'ignore',
      },
    )
    const server = await serverThat((socket) => {
      socket.once('data', () => {
        socket.write('S')
        const secure = new TLSSocket(socket, { isServer: true, key: readFileSync(key), cert: readFileSync(cert) })
        secure.on('error', () => {})
        secure.once('data', () => secure.end(errorMessage('3D000', 'database "a" does not exist')))
      })
    })
    t.after(() => server.close())
    const url = `postgres://a:hunter2@127.0.0.1:${portOf(server)}/a?sslmode=`
    assert.match(await sentence(`${url}verify-full`), /^The database's certificate is not trusted/)
    // Past the certificate, the server has its say.
    assert.match(await sentence(`${url}require`), /^There is no database/)
    assert.match(await sentence(`${url}verify-full&sslrootcert=${cert}`), /^There is no database/)
  })
})

test('a role that may only read and write rows starts once the owner has migrated', {
  skip: withoutPostgres,
}, async (t) => {
  const { url, drop } = await freshDatabase()
  const { log } = await recordedLogger()
  const owner = await openDatabase({ url, dataDir: '', log })
  const role = `app_${process.pid}`
  t.after(async () => {
    await owner.query(`drop owned by ${role}`)
    await owner.query(`drop role ${role}`)
    await owner.close()
    await drop()
  })
  await owner.query(`create role ${role} login password 'app'`)
  const there = new URL(url)
  there.username = role
  there.password = 'app'
  await assert.rejects(
    openStore({ url: there.href, dataDir: '', log }),
    /may not do it .* npm run migrate as the owner/,
  )
  await migrate(owner)
  await owner.query(`grant select, insert, update, delete on all tables in schema public to ${role}`)
  const store = await openStore({ url: there.href, dataDir: '', log })
  assert.equal(await store.ready(), true)
  await store.close()
})

/** An ErrorResponse: postgresql.org/docs/current/protocol-error-fields.html */
function errorMessage(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}

function serverThat(answers: (socket: import('node:net').Socket) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => {})
      answers(socket)
    }).listen(0, '127.0.0.1', () => resolve(server))
  })
}

const portOf = (server: Server) => (server.address() as { port: number }).port
