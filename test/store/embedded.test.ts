import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, test } from 'node:test'
import { challengeStore } from '../../src/store/challenges.ts'
import { lockDirectory } from '../../src/store/directory-lock.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { openStore } from '../../src/store/store.ts'
import { NODE_ARGUMENTS } from '../support/node-arguments.ts'
import { consoleLogger } from '../support/test-loggers.ts'

describe('an embedded database', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'answerback-embedded-'))
  })
  after(() => rm(directory, { recursive: true }))

  test('has every challenge that was acknowledged before its process was killed', async () => {
    const writer = start('writer.ts', directory)
    const acknowledged: string[] = []
    for await (const line of createInterface({ input: writer.stdout! })) {
      if (acknowledged.push(line) === 200) writer.kill('SIGKILL')
    }
    assert.ok(acknowledged.length >= 200)
    const database = await openDatabase({ url: null, dataDir: directory, log: consoleLogger })
    const found = await challengeStore(database).findMany(acknowledged)
    assert.equal(found.length, acknowledged.length)
    const lines = await database.query('select from challenge_events')
    assert.ok(lines.length >= acknowledged.length)
    await database.close()
  })

  test('has one process: the next is told who has it', async () => {
    const options = { url: null, dataDir: directory, log: consoleLogger }
    const store = await openStore(options)
    const sentence = `The data directory ${directory} is in use by process ${process.pid}.`
    await assert.rejects(openStore(options), { message: sentence })
    assert.equal(await store.ready(), true)
    await store.close()
  })
})

describe('the lock of a data directory', () => {
  let directory: string
  before(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'answerback-lock-')), 'made', 'when', 'missing')
  })
  after(() => rm(join(directory, '../../..'), { recursive: true }))

  test('keeps out other processes until it is released', async () => {
    const release = await lockDirectory(directory)
    const refused = await tries(directory)
    assert.match(refused, new RegExp(`^refused The data directory .* is in use by process ${process.pid}\\.$`))
    await release()
    assert.deepEqual(await readdir(directory), ['lock'])
    assert.equal(await tries(directory), 'locked')
  })

  test('is released when its process is killed, whichever process has that id next', async () => {
    const holder = start('locker.ts', directory)
    assert.equal(await firstLine(holder), 'locked')
    await assert.rejects(lockDirectory(directory), { message: new RegExp(`in use by process ${holder.pid}\\.$`) })
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const release = await lockDirectory(directory)
    await release()
  })

  test('is taken by one of many processes after its holder was killed', async () => {
    const holder = start('locker.ts', directory)
    await firstLine(holder)
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const all = Array.from({ length: 5 }, () => start('locker.ts', directory))
    const said = await Promise.all(all.map(firstLine))
    assert.equal(said.filter((line) => line === 'locked').length, 1, said.join('\n'))
    for (const one of all) one.kill('SIGKILL')
  })
})

function start(script: string, directory: string): ChildProcess {
  return spawn(process.execPath, [...NODE_ARGUMENTS, join(import.meta.dirname, 'processes', script), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = await once(createInterface({ input: child.stdout! }), 'line')
  return line
}

async function tries(directory: string): Promise<string> {
  const child = start('locker.ts', directory)
  const line = await firstLine(child)
  child.kill('SIGKILL')
  return line
}
