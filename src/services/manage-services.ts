// What an operator does with services and keys: by the API under /v1/admin, by npm run admin, and on the console. Every act
// is in the audit log.

import { randomBytes } from 'node:crypto'
import { nanoid } from 'nanoid'
import type { E164 } from '../domain/challenge.ts'
import { MESSAGE_SETTINGS } from '../domain/message-settings.ts'
import { keyHash } from '../domain/one-time-codes.ts'
import { maskNumber } from '../domain/phone-number.ts'
import { invalidField, type Refusal } from '../domain/refusal.ts'
import { isSpeakable, sanitizeMessage, sanitizeText } from '../domain/sanitize-text.ts'
import type { AuditEntry, By } from '../store/audit-log.ts'
import type { AuditAction } from '../store/audit-schema.ts'
import type { Scope, SettingTexts } from '../store/service-schema.ts'
import { FIRST_SERVICE, type KeyRow, type ServiceRow, type ServiceStore } from '../store/services.ts'

export type ManagedService = Pick<ServiceRow, 'id' | 'name' | 'settings' | 'createdAt'>
/** The key itself is in the answer that made it, and never in another. */
export type MadeKey = KeyRow & { apiKey: string }
/** A setting that is `null` is the environment's again. */
export type ServiceChange = { name?: string | null | undefined; settings?: Record<string, string | null> | undefined }

export type ManageServices = {
  list(): Promise<ManagedService[]>
  find(id: string): Promise<ManagedService | Refusal>
  create(
    service: { name: string; settings?: Record<string, string> | undefined },
    by: By,
  ): Promise<ManagedService | Refusal>
  update(id: string, change: ServiceChange, by: By): Promise<ManagedService | Refusal>
  /** Its keys open nothing from now on, and what is under way to its numbers is canceled. */
  remove(id: string, by: By): Promise<Refusal | null>
  /** `serviceId`: `null` for the installation's own, which have the scope `admin`. */
  keys(serviceId: string | null): Promise<KeyRow[] | Refusal>
  addKey(serviceId: string | null, key: { name: string; scopes: Scope[] }, by: By): Promise<MadeKey | Refusal>
  rotateKey(serviceId: string | null, id: string, overlapSeconds: number, by: By): Promise<MadeKey | Refusal>
  removeKey(serviceId: string | null, id: string, by: By): Promise<Refusal | null>
}

type Deps = {
  store: ServiceStore
  /** What is wrong with the settings that a service is to have for itself. */
  settingFaults(settings: SettingTexts): { name: string; message: string }[]
  /** After a change, so that this instance knows of it at once. */
  changed: () => Promise<void>
}

export const LONGEST_NAME = 60
export const LONGEST_OVERLAP = 7 * 86_400

export const NO_SERVICE: Refusal = { refused: 'not_found', detail: 'There is no such service.' }
const NO_KEY: Refusal = { refused: 'not_found', detail: 'There is no such key.' }

export function createManageServices({ store, settingFaults, changed }: Deps): ManageServices {
  function refusedSettings(settings: SettingTexts): Refusal | null {
    const faults = settingFaults(settings)
    if (faults.length === 0) return null
    const errors = faults.map(({ name, message }) => ({ path: `settings.${name}`, message }))
    return { refused: 'invalid', detail: `${errors[0]!.path}: ${errors[0]!.message}`, errors }
  }

  async function told<T>(result: T | null, refusal: Refusal): Promise<T | Refusal> {
    if (result === null) return refusal
    await changed()
    return result
  }

  async function gone(removed: boolean, refusal: Refusal): Promise<Refusal | null> {
    if (!removed) return refusal
    await changed()
    return null
  }

  return {
    list: () => store.list(),
    find: async (id) => (await serviceIn(store, id)) ?? NO_SERVICE,
    async create({ name, settings: wanted = {} }, by) {
      const spoken = spokenName(name)
      const refusal = spoken === null ? NO_NAME : refusedSettings(wanted)
      if (spoken === null || refusal) return refusal ?? NO_NAME
      const settings = visible(wanted)
      const id = `svc_${nanoid(16)}`
      const created = await store.create(
        { id, name: spoken, settings },
        entry('service.created', id, by, { name: spoken, ...shownSettings(settings) }),
      )
      return told(created, { refused: 'conflict', detail: 'There are as many services as there may be.' })
    },
    async update(id, { name, settings: wanted = {} }, by) {
      const spoken = typeof name === 'string' ? spokenName(name) : name
      if (spoken === null && !(name === null && id === FIRST_SERVICE)) return NO_NAME
      const found = await serviceIn(store, id)
      if (!found) return NO_SERVICE
      const refusal = refusedSettings(withChange(found.settings, wanted))
      if (refusal) return refusal
      const settings = visible(wanted)
      const change = { ...(spoken !== undefined && { name: spoken }), settings }
      const facts = { ...(spoken !== undefined && { name: spoken }), ...shownSettings(settings) }
      return told(await store.update(id, change, entry('service.changed', id, by, facts)), NO_SERVICE)
    },
    async remove(id, by) {
      if (id === FIRST_SERVICE)
        return { refused: 'conflict', detail: 'API_KEY leads to this service: it is there as long as the server is.' }
      return gone(await store.remove(id, entry('service.deleted', id, by)), NO_SERVICE)
    },
    async keys(serviceId) {
      return serviceId === null || (await serviceIn(store, serviceId)) ? store.keys(serviceId) : NO_SERVICE
    },
    async addKey(serviceId, { name, scopes }, by) {
      const shown = sanitizeText(name, LONGEST_NAME)
      if (shown === '') return NO_NAME
      if (serviceId !== null && !(await serviceIn(store, serviceId))) return NO_SERVICE
      const [id, apiKey] = [`apk_${nanoid(16)}`, drawApiKey()]
      const key = { id, serviceId, name: shown, keyHash: keyHash(apiKey), scopes }
      const facts = { service: serviceId, name: shown, scopes: scopes.join(' ') }
      const row = await store.addKey(key, entry('key.created', id, by, facts))
      const made = await told(row, { refused: 'conflict', detail: 'There are as many keys as there may be.' })
      return 'refused' in made ? made : { ...made, apiKey }
    },
    async rotateKey(serviceId, id, overlapSeconds, by) {
      const [next, apiKey] = [`apk_${nanoid(16)}`, drawApiKey()]
      const facts = { service: serviceId, replaces: id, overlap: overlapSeconds }
      const row = await store.rotateKey(
        { id, serviceId },
        { id: next, keyHash: keyHash(apiKey), overlapSeconds },
        entry('key.rotated', next, by, facts),
      )
      const made = await told(row, NO_KEY)
      return 'refused' in made ? made : { ...made, apiKey }
    },
    async removeKey(serviceId, id, by) {
      return gone(
        await store.removeKey({ id, serviceId }, entry('key.deleted', id, by, { service: serviceId })),
        NO_KEY,
      )
    },
  }
}

export async function serviceIn(store: Pick<ServiceStore, 'list'>, id: string): Promise<ServiceRow | undefined> {
  return (await store.list()).find((service) => service.id === id)
}

const NO_NAME = invalidField('name', 'must have a letter, a digit or a sign in it that can be said.')

/** As it is spoken: one line, and something in it that a voice can say. */
function spokenName(name: string): string | null {
  const line = sanitizeText(name, LONGEST_NAME)
  return isSpeakable(line) ? line : null
}

/** Without what would steer the terminal or turn the page on which they are shown. */
function visible<Text extends string | null>(settings: Record<string, Text>): Record<string, Text | string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, text]) => {
      if (text === null) return [name, text]
      return [name, MESSAGE_SETTINGS.has(name) ? sanitizeMessage(text) : sanitizeText(text, Number.POSITIVE_INFINITY)]
    }),
  )
}

/** One that a sentence may hold. */
const NUMBER = /\+?\d(?:[\s().-]*\d){6,}/g

/** As the audit log has them: no number stands there in full, not even one of ours. */
function shownSettings(settings: Record<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, text]) => [
      name,
      text === null ? null : name.endsWith('_FROM') ? maskNumber(text as E164) : text.replace(NUMBER, '…'),
    ]),
  )
}

/** As the database will have them. */
function withChange(settings: SettingTexts, change: Record<string, string | null>): SettingTexts {
  return Object.fromEntries(
    Object.entries({ ...settings, ...change }).flatMap(([name, text]) =>
      text === null ? [] : [[name, text] as const],
    ),
  )
}

function entry(action: AuditAction, target: string, by: By, detail: AuditEntry['detail'] = {}): AuditEntry {
  return { ...by, action, target, detail }
}

/** Begins so that it is found, and taken out of log lines, wherever it turns up. */
function drawApiKey(): string {
  return `abk_${randomBytes(32).toString('base64url')}`
}
