// npm run admin.

import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { keyHash } from '../../src/domain/one-time-codes.ts'
import { runCommand, type SUBCOMMANDS } from '../../src/services/commands.ts'
import { createManageServices, type ManageServices } from '../../src/services/manage-services.ts'
import { createWebhookSecrets, type WebhookSecrets } from '../../src/services/webhook-secrets.ts'
import { type ServiceStore, serviceStore } from '../../src/store/services.ts'
import { onEachDatabase } from '../store/each-database.ts'

type Words = [keyof typeof SUBCOMMANDS, ...string[]]

onEachDatabase((database) => {
  let store: ServiceStore
  let manage: ManageServices
  let webhookSecrets: WebhookSecrets
  beforeEach(async () => {
    store = serviceStore(database())
    await store.ensureFirst()
    const settingFaults = (texts: Record<string, string>) =>
      Object.keys(texts).includes('SECRET') ? [{ name: 'SECRET', message: 'is not for a service' }] : []
    const changed = async () => {}
    manage = createManageServices({ store, settingFaults, changed })
    webhookSecrets = createWebhookSecrets({ store, secrets: ['a secret of the tests, long enough'], changed })
  })
  const run = ([command, ...args]: Words, options = {}) =>
    runCommand(command, args, options, manage, webhookSecrets, 'cli:ada')
  const idIn = (text: string, prefix: string) => new RegExp(`${prefix}_[\\w-]+`).exec(text)![0]

  test('a service, its settings and its keys from their beginning to their end', async () => {
    const service = idIn(await run(['add-service', 'Saltmarsh Bank'], { reason: 'a new app' }), 'svc')
    assert.match(
      await run(['services']),
      new RegExp(`^svc_first {2}\\(as SERVICE_NAME says\\).*\\n(.*\\n)*${service} {2}Saltmarsh Bank`, 'm'),
    )
    assert.match(await run(['rename-service', service, 'Saltmarsh']), /^svc_\S+ {2}Saltmarsh {2}since /)
    assert.match(await run(['set', service, 'POLICY=asvs', 'ORIGIN=app.example.com']), / {2}ORIGIN=app\.example\.com/)
    assert.doesNotMatch(await run(['set', service, 'POLICY=', 'ORIGIN=a.example.com']), /POLICY/)

    assert.match(await run(['draw-webhook-secret', service]), /^whsec_[\w+/]{43}=\n\nIt is shown this once\.$/)
    await assert.rejects(run(['draw-webhook-secret', 'svc_none']), /There is no such service/)
    const made = await run(['add-key', service, 'web'], { scopes: 'read' })
    const [key, apiKey] = [idIn(made, 'apk'), idIn(made, 'abk')]
    assert.equal(await store.findKey(keyHash(apiKey)), key)
    assert.match(await run(['keys', service]), new RegExp(`^${key} {2}web {2}read {2}since .* {2}never used$`))
    const rotated = idIn(await run(['rotate-key', service, key], { overlap: '60' }), 'apk')
    assert.match(await run(['keys', service]), / {2}ends in (59|60) s$/m)
    assert.match(await run(['delete-key', service, rotated]), /opens nothing any more/)
    assert.match(await run(['delete-service', service]), /is deleted/)
    await assert.rejects(run(['keys', service]), /There is no such service/)
  })

  test('a key of the installation', async () => {
    const key = idIn(await run(['add-key', 'installation', 'deployment']), 'apk')
    assert.match(await run(['keys', 'installation']), new RegExp(`${key} {2}deployment {2}admin`))
    await run(['delete-key', 'installation', key])
    assert.equal(await run(['keys', 'installation']), 'There is no key.')
  })

  test('what is written wrongly is said', async () => {
    const service = idIn(await run(['add-service', 'Acme']), 'svc')
    for (const [words, options, sentence] of [
      [['add-service', '  '], {}, /^name: must have a letter/],
      [['rename-service', 'svc_none', 'x'], {}, /^There is no such service/],
      [['set', service, 'POLICY'], {}, /^POLICY is no setting: write POLICY=asvs/],
      [['set', service, 'SECRET=mine'], {}, /^settings\.SECRET: is not for a service/],
      [['add-key', 'Acme', 'web'], {}, /^Acme is no service/],
      [['add-key', service, 'web'], { scopes: 'admin' }, /^--scopes admin: there are only create and read/],
      [['add-key', 'installation', 'web'], { scopes: 'read' }, /has the scope admin/],
      [['rotate-key', service, 'apk_none'], {}, /^There is no such key/],
      [['rotate-key', service, 'apk_none'], { overlap: '1d' }, /^--overlap 1d: give seconds/],
      [['delete-service', 'svc_first'], {}, /^API_KEY leads to this service/],
    ] as const)
      await assert.rejects(run([...words], options), (error: Error) => sentence.test(error.message), words.join(' '))
  })
})
