// What an operator does over the API, for the tests of services.

import assert from 'node:assert/strict'
import { createManageServices } from '../../src/services/manage-services.ts'
import { as, type Server } from '../http/test-server.ts'

export type Admin = Awaited<ReturnType<typeof adminOf>>

/** With a key of the installation, made as npm run admin does. */
export async function adminOf(server: Server) {
  const { services } = server.store
  const manage = createManageServices({ store: services, settingFaults: () => [], changed: async () => {} })
  const made = await manage.addKey(null, { name: 'test', scopes: ['admin'] }, { actor: 'cli:ada', reason: null })
  assert.ok('apiKey' in made)
  const key = made.apiKey

  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, each of which is held against its description
  async function ask(method: string, path: string, body?: unknown, by = key, headers = {}): Promise<any> {
    const { status, json, headers: answered } = await server.ask(method, path, body, { ...as(by), ...headers })
    return { ...json, status, headers: answered }
  }

  async function addService(name = 'Saltmarsh Bank', settings: Record<string, string> = {}): Promise<string> {
    const { status, id, detail } = await ask('POST', '/v1/admin/services', { name, settings })
    assert.equal(status, 201, detail)
    return id
  }

  async function addKey(service: string, wanted: object = {}): Promise<{ id: string; key: string }> {
    const answer = await ask('POST', `/v1/admin/services/${service}/keys`, { name: 'web', ...wanted })
    assert.equal(answer.status, 201, answer.detail)
    return { id: answer.id, key: answer.key }
  }

  return {
    key,
    ask,
    addService,
    addKey,
    /** A service with one key. */
    async serve(name: string, settings: Record<string, string> = {}): Promise<{ id: string; key: string }> {
      const id = await addService(name, settings)
      return { id, key: (await addKey(id)).key }
    },
  }
}
