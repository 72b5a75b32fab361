// The packages in another project: packed, installed, compiled strictly, bundled, run by every Node that is found here, and
// used by the app of examples/login-app.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { Answerback, type verifyReceipt } from '../../src/client/client.ts'
import { buildPackages, PACKAGE_NAMES } from '../../tools/build-packages.ts'
import { startDevelopment } from '../pages/development-server.ts'
import { BINARY, openBrowser, TIMEOUT_MS, withoutChromium } from '../support/browser.ts'
import { freePort } from '../support/free-port.ts'

const ROOT = join(import.meta.dirname, '../..')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')
const run = promisify(execFile)

let project: string
let server: Awaited<ReturnType<typeof startDevelopment>>

before(async () => {
  server = await startDevelopment({ API_KEY: 'key_of_at_least_24_characters' })
  project = await mkdtemp(join(tmpdir(), 'answerback-project-'))
  await buildPackages(join(project, 'built'))
  await writeFile(join(project, 'package.json'), '{"private":true,"type":"module"}')
  const packed = await Promise.all(
    PACKAGE_NAMES.map((name) =>
      run('npm', ['pack', '--silent', '--pack-destination', project], { cwd: join(project, 'built', name) }),
    ),
  )
  // Offline: a package that needed another could not be installed.
  const files = packed.map(({ stdout }) => `./${stdout.trim()}`)
  await run('npm', ['install', '--offline', '--silent', ...files], { cwd: project })
})

after(async () => {
  await server.stop()
  await rm(project, { recursive: true })
})

/** The examples of a document, by what stands behind the fence. */
function examplesOf(text: string, fence: string): string[] {
  return [...text.matchAll(/^```([^\n]+)\n(.*?)^```/gms)]
    .filter(([, info]) => info === fence)
    .map(([, , code]) => code!)
}

/** What the compiler says, which is nothing when it is content. */
async function tsc(code: string, options: string[] = ['--module', 'nodenext']): Promise<string> {
  const [said] = await tscEach([code], options)
  return said!
}

/** What the compiler says of each, all of them compiled in one go: it needs a second to start. */
async function tscEach(codes: readonly string[], options: string[] = ['--module', 'nodenext']): Promise<string[]> {
  const files = codes.map(() => `code-${crypto.randomUUID()}.ts`)
  await Promise.all(files.map((file, index) => writeFile(join(project, file), codes[index]!)))
  // With the library's own types checked as well.
  const errors = (await compile(files, options)).split(/^(?=\S)/m)
  const said = files.map((file) => errors.filter((error) => error.startsWith(`${file}(`)))
  assert.deepEqual(said.flat().sort(), errors.filter(Boolean).sort(), 'each error is of one of the files')
  return said.map((own) => own.join(''))
}

async function compile(files: string[], options: string[]): Promise<string> {
  const strict = [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--noEmit',
    '--ignoreConfig',
  ]
  const types = ['--target', 'es2022', '--types', 'node', '--typeRoots', join(ROOT, 'node_modules/@types')]
  try {
    return (await run(process.execPath, [TSC, ...strict, ...types, ...options, ...files], { cwd: project })).stdout
  } catch (error) {
    return (error as { stdout: string }).stdout
  }
}

const NARROWS = `
import { Answerback, verifyReceipt, verifyWebhook } from '@answerback/client'
const answerback = new Answerback({ baseUrl: 'http://a', key: 'key' })
const keypad = await answerback.create({ to: '+12025550123', flow: 'keypad_code' })
if (keypad.status === 'pending') keypad.display_code satisfies string
const sent = await answerback.create({ to: '+12025550123' })
if (sent.status === 'approved') sent.reason satisfies 'code_matched'
const found = await answerback.get(sent.id)
if (found.flow === 'approve' && found.status === 'denied') found.reason satisfies 'rejected' | 'fraud_reported'
if (found.status === 'pending') found.ended_at satisfies null
const event = await verifyWebhook({ headers: new Headers(), body: '', secret: 'whsec_' })
if (event.type === 'challenge.undelivered') event.data.status satisfies 'undelivered'
const { receipt } = await answerback.consume(sent.id, { scope: 'login', details: null })
const { amr } = await verifyReceipt(receipt, { issuer: 'http://a', audience: 'svc_first' })
amr satisfies ('tel' | 'sms' | 'otp')[]
`

const WRONG = [
  [
    "(await answerback.create({ to: '', flow: 'send_code' })).display_code satisfies string",
    'a code to show that may not be there',
  ],
  ["answerback.create({ to: '', flow: 'sms' })", 'a flow that does not exist'],
  ["if (found.flow === 'approve' && found.reason === 'code_matched') found", 'a reason of another flow'],
  ["verifyReceipt(receipt, { issuer: 'http://a' })", 'a receipt for no service'],
  ["if (event.type === 'challenge.approved' && event.data.status === 'denied') event", 'a status of another event'],
] as const

describe('in the types', () => {
  test('a challenge narrows by flow and status, an event by its type', async () => {
    assert.equal(await tsc(NARROWS), '')
    assert.equal(await tsc(NARROWS, ['--module', 'esnext', '--moduleResolution', 'bundler']), '')
  })

  describe('an error is', () => {
    let said: string[] = []
    before(async () => {
      said = await tscEach(WRONG.map(([code]) => `${NARROWS}${code}`))
    })
    for (const [index, [, what]] of WRONG.entries())
      test(what, () => {
        assert.match(said[index]!, /error TS\d+/)
      })
  })

  test('the element is one of HTML, and a phone of a test has what it does', async () => {
    const code = `
import { AnswerbackChallenge } from '@answerback/elements'
import { Exchange } from '@answerback/testing'
const element: HTMLElement = new AnswerbackChallenge()
const phone = await new Exchange('http://a').phone()
;(await phone.lastMessage().code) satisfies string
;(await phone.answers()).state satisfies 'queued' | 'ringing' | 'answered' | 'ended'
export { element }`
    assert.equal(await tsc(code), '')
  })

  for (const document of [
    'README.md',
    'docs/support.md',
    'docs/webhooks.md',
    'docs/receipts.md',
    'src/client/README.md',
    'src/elements/README.md',
  ]) {
    test(`the TypeScript of ${document} passes`, async () => {
      const examples = examplesOf(await readFile(join(ROOT, document), 'utf8'), 'ts')
      assert.ok(examples.length > 0)
      for (const said of await tscEach(examples)) assert.equal(said, '')
    })
  }
})

describe('the README of @answerback/testing', () => {
  const readme = () => readFile(join(project, 'node_modules/@answerback/testing/README.md'), 'utf8')
  let env: NodeJS.ProcessEnv

  before(() => {
    env = { ...process.env, ANSWERBACK_URL: server.url, ANSWERBACK_KEY: 'key_of_at_least_24_characters' }
    Reflect.deleteProperty(env, 'NODE_TEST_CONTEXT')
  })

  test('tests with node:test as it is written', async () => {
    const [example] = examplesOf(await readme(), 'ts node:test')
    assert.equal(await tsc(example!), '')
    await writeFile(join(project, 'readme.test.ts'), example!)
    const { stdout } = await run(process.execPath, ['--test', 'readme.test.ts'], { cwd: project, env })
    assert.match(stdout, /pass 3\n/)
  })

  test('tests with Playwright as it is written', { skip: withoutChromium }, async () => {
    for (const name of ['@playwright', 'playwright', 'playwright-core'])
      await symlink(join(ROOT, 'node_modules', name), join(project, 'node_modules', name))
    const folder = join(project, 'playwright-tests')
    await mkdir(folder)
    await writeFile(join(folder, 'readme.spec.ts'), examplesOf(await readme(), 'ts playwright')[0]!)
    const use = { launchOptions: { executablePath: BINARY, args: ['--no-sandbox'] } }
    await writeFile(
      join(folder, 'playwright.config.js'),
      `export default ${JSON.stringify({ use, timeout: 120_000, expect: { timeout: 60_000 } })}`,
    )
    const cli = join(project, 'node_modules/@playwright/test/cli.js')
    const { stdout } = await run(process.execPath, [cli, 'test', '--reporter=line'], { cwd: folder, env })
    assert.match(stdout, /2 passed/)
  })
})

test('no package brings another along, and each holds its licence and what its types need', async () => {
  for (const name of PACKAGE_NAMES) {
    const folder = join(project, 'node_modules/@answerback', name)
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    assert.deepEqual(
      [manifest.dependencies, manifest.peerDependencies, manifest.scripts],
      [undefined, undefined, undefined],
    )
    assert.ok(existsSync(join(folder, 'LICENSE')) && existsSync(join(folder, manifest.exports['.'].types)))
  }
})

describe('in a browser', { skip: withoutChromium }, () => {
  test('a bundle follows a challenge by the client, and defines the element', async () => {
    const browser = await openBrowser()
    await writeFile(
      join(project, 'page.js'),
      `import '@answerback/elements'
import { Answerback, verifyReceipt } from '@answerback/client'
Object.assign(window, { Answerback, verifyReceipt })`,
    )
    const { outputFiles } = await build({
      absWorkingDir: project,
      entryPoints: ['page.js'],
      bundle: true,
      format: 'esm',
      write: false,
      logLevel: 'error',
    })
    const created = await fetch(`${server.url}/v1/challenges`, {
      method: 'POST',
      headers: { authorization: 'Bearer key_of_at_least_24_characters', 'content-type': 'application/json' },
      body: JSON.stringify({ to: '+17015550101', flow: 'approve' }),
    }).then((response) => response.json() as Promise<{ id: string; page_token: string }>)
    const page = await browser.newPage()
    page.setDefaultTimeout(TIMEOUT_MS)
    await page.route(`${server.url}/app`, (route) => route.fulfill({ contentType: 'text/html', body: '<main></main>' }))
    await page.goto(`${server.url}/app`)
    await page.addScriptTag({ type: 'module', content: outputFiles[0]!.text })
    const reason = await page.evaluate(async ({ id, page_token }) => {
      await customElements.whenDefined('answerback-challenge')
      const Client: typeof Answerback = Reflect.get(window, 'Answerback')
      return (await new Client({ baseUrl: location.origin, key: page_token }).wait(id)).reason
    }, created)
    assert.equal(reason, 'key_pressed')

    const api = new Answerback({ baseUrl: server.url, key: 'key_of_at_least_24_characters' })
    const { receipt } = await api.consume(created.id)
    const codes = await page.evaluate(
      async ({ receipt, issuer }) => {
        const verify: typeof verifyReceipt = Reflect.get(window, 'verifyReceipt')
        const asked = { issuer, audience: 'svc_first' }
        const { sub } = await verify(receipt, asked)
        const refusal = await verify(receipt, { ...asked, scope: 'transfer' }).catch(({ code }) => code)
        return [sub, refusal]
      },
      { receipt, issuer: server.url },
    )
    assert.deepEqual(codes, [created.id, 'wrong_scope'])
    await browser.close()
  })
})

describe('examples/login-app', () => {
  let app: string
  let env: NodeJS.ProcessEnv

  before(async () => {
    app = join(project, 'login-app')
    await cp(join(ROOT, 'examples/login-app'), app, { recursive: true })
    for (const name of ['hono', '@hono'])
      await symlink(join(ROOT, 'node_modules', name), join(project, 'node_modules', name))
    env = { ...process.env, ANSWERBACK_URL: server.url, ANSWERBACK_KEY: 'key_of_at_least_24_characters' }
    Reflect.deleteProperty(env, 'NODE_TEST_CONTEXT')
  })

  test('compiles strictly', async () => {
    const files = (await readdir(app)).filter((name) => name.endsWith('.ts')).map((name) => join(app, name))
    assert.equal(files.length, 4)
    assert.equal(await compile(files, ['--module', 'nodenext', '--allowImportingTsExtensions', '--skipLibCheck']), '')
  })

  test('tests its own login', async () => {
    const { stdout } = await run(process.execPath, ['--test'], { cwd: app, env })
    assert.match(stdout, /pass 3\n/)
  })

  test('lets a person in by a browser', { skip: withoutChromium }, async (t) => {
    const port = String(await freePort())
    const child = spawn(process.execPath, ['server.ts'], { cwd: app, env: { ...env, PORT: port } })
    t.after(() => child.kill())
    await once(child.stdout, 'data')
    const browser = await openBrowser()
    t.after(() => browser.close())
    const page = await browser.newPage()
    page.setDefaultTimeout(TIMEOUT_MS)
    await page.goto(`http://127.0.0.1:${port}`)
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill('engine-1843')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { name: 'Welcome, ada' }).waitFor()
  })
})

/** The Node of these tests, and others of the machine that are at least the oldest supported. */
async function findNodes(): Promise<Map<string, string>> {
  const folders = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  const nodes = new Map<string, string>()
  for (const path of [process.execPath, ...folders].filter((path) => existsSync(path))) {
    const version = await run(path, ['-p', 'process.versions.node']).then(
      ({ stdout }) => stdout.trim(),
      () => null,
    )
    if (version && Number.parseInt(version, 10) >= 20) nodes.set(version, path)
  }
  return nodes
}

for (const [version, node] of await findNodes()) {
  test(`Node ${version} runs the client and a phone, both of them installed`, async () => {
    await writeFile(
      join(project, 'app.test.js'),
      `import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { Answerback, verifyReceipt, verifyWebhook } from '@answerback/client'
import { Exchange } from '@answerback/testing'

test('a person approves', async () => {
  const answerback = new Answerback({ baseUrl: process.env.SERVER, key: 'key_of_at_least_24_characters' })
  const phone = await new Exchange(process.env.SERVER, { timeout: 60_000 }).phone()
  const details = 'Transfer 250 euros to Ada Byron'
  const { id } = await answerback.create({ to: phone.number, flow: 'approve', scope: 'transfer', details })
  await phone.answers()
  await phone.press('1')
  for await (const { status, reason } of answerback.watch(id)) if (status !== 'pending') assert.equal(reason, 'key_pressed')
  const { receipt, number_key } = await answerback.consume(id, { scope: 'transfer', details })
  const jwks = await (await fetch(process.env.SERVER + '/.well-known/jwks.json')).json()
  const number = { to: phone.number, key: number_key }
  const asked = { issuer: process.env.SERVER, audience: 'svc_first', jwks, scope: 'transfer', details, number }
  assert.equal((await verifyReceipt(receipt, asked)).sub, id)
  const code = (text, more) => verifyReceipt(text, { ...asked, ...more }).then(() => 'right', (error) => error.code)
  assert.equal(await code(receipt, { details: 'Transfer 2500 euros to Ada Byron' }), 'wrong_details')
  const changed = receipt.slice(0, -10) + (receipt.at(-10) === 'A' ? 'B' : 'A') + receipt.slice(-9)
  assert.equal(await code(changed), 'wrong_signature')
  const at = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', Buffer.alloc(24)).update('msg_1.' + at + '.{}').digest('base64')
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': at, 'webhook-signature': 'v1,' + signature }
  const secret = 'whsec_' + Buffer.alloc(24).toString('base64')
  assert.equal((await verifyWebhook({ headers, body: '{}', secret })).id, 'msg_1')
})`,
    )
    const env = { ...process.env, SERVER: server.url }
    // A test that starts another must not pass its own runner's state on.
    Reflect.deleteProperty(env, 'NODE_TEST_CONTEXT')
    const { stdout } = await run(node, ['--test', 'app.test.js'], { cwd: project, env })
    assert.match(stdout, /pass 1\n/)
  })
}
