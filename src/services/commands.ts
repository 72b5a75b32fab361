// The operator's commands about services and keys.

import type { Refusal } from '../domain/refusal.ts'
import type { By } from '../store/audit-log.ts'
import type { KeyRow } from '../store/services.ts'
import { LONGEST_OVERLAP, type MadeKey, type ManagedService, type ManageServices } from './manage-services.ts'
import type { WebhookSecrets } from './webhook-secrets.ts'

export const OPTIONS = {
  reason: { type: 'string' },
  scopes: { type: 'string' },
  overlap: { type: 'string' },
} as const
type Options = { [name in keyof typeof OPTIONS]?: string }

export const HELP = `The apps that this installation serves, and their API keys. docs/services.md explains them.

  npm run admin -- services                              all of them
  npm run admin -- add-service "Saltmarsh Bank"          the name is spoken in every call
  npm run admin -- rename-service svc_… "Saltmarsh"
  npm run admin -- set svc_… POLICY=asvs ALLOWED_COUNTRIES=US,GB
                                                         settings of its own, where they differ from the environment's;
                                                         nothing behind the = ends that. Beside the environment's:
                                                         LOCALE=de-DE, and SMS_MESSAGE_DE_DE=… or CALL_MESSAGE_DE_DE=…
                                                         for what carries a code (docs/services.md)
  npm run admin -- draw-webhook-secret svc_…             what its pushed messages are signed by; the one before signs too
  npm run admin -- delete-service svc_…                  its keys too; what is pending is canceled
  npm run admin -- keys svc_…                            its keys; "installation" stands for those of /v1/admin
  npm run admin -- add-key svc_… "web" [--scopes read]   create,read unless said; "installation" for /v1/admin
  npm run admin -- rotate-key svc_… apk_… [--overlap 3600]
                                                         a new key; the old one holds so many seconds more, a day unless
                                                         said
  npm run admin -- delete-key svc_… apk_…

A key is shown once, and only its hash is kept. Every change takes a --reason and is written into the audit log. Running servers
know of it within seconds. It reads the server's settings. An embedded database is open to one process only: stop the server
first.
`

export const SUBCOMMANDS = {
  services: [],
  'add-service': ['name'],
  'rename-service': ['service', 'name'],
  set: ['service', 'SETTING=value…'],
  'draw-webhook-secret': ['service'],
  'delete-service': ['service'],
  keys: ['service or "installation"'],
  'add-key': ['service or "installation"', 'name'],
  'rotate-key': ['service or "installation"', 'key'],
  'delete-key': ['service or "installation"', 'key'],
} as const

const DAY = 86_400

/** The answer. Throws with a sentence for what is written wrongly. */
export async function runCommand(
  command: keyof typeof SUBCOMMANDS,
  args: readonly string[],
  options: Options,
  services: ManageServices,
  webhookSecrets: Pick<WebhookSecrets, 'draw'>,
  actor: string,
): Promise<string> {
  const by: By = { actor, reason: options.reason ?? null }
  const [first = '', second = ''] = args
  switch (command) {
    case 'services':
      return (await services.list()).map(serviceLine).join('\n')
    case 'set':
      return serviceLine(done(await services.update(first, { settings: settingsOf(args.slice(1)) }, by)))
    case 'add-service':
      return serviceLine(done(await services.create({ name: first }, by)))
    case 'rename-service':
      return serviceLine(done(await services.update(first, { name: second }, by)))
    case 'delete-service':
      refuse(await services.remove(first, by))
      return `${first} is deleted.`
    case 'draw-webhook-secret':
      return `${text(await webhookSecrets.draw(first, by))}\n\nIt is shown this once.`
    case 'keys': {
      const keys = done(await services.keys(ownerOf(first)))
      return keys.length === 0 ? 'There is no key.' : keys.map(keyLine).join('\n')
    }
    case 'add-key': {
      const owner = ownerOf(first)
      return shownOnce(
        done(await services.addKey(owner, { name: second, scopes: scopesOf(owner, options.scopes) }, by)),
      )
    }
    case 'rotate-key':
      return shownOnce(done(await services.rotateKey(ownerOf(first), second, overlapOf(options.overlap), by)))
    case 'delete-key':
      refuse(await services.removeKey(ownerOf(first), second, by))
      return `${second} opens nothing any more.`
  }
}

function done<T extends object>(result: T | Refusal): T {
  if ('refused' in result)
    throw new Error(result.errors?.map(({ path, message }) => `${path}: ${message}`).join('\n') ?? result.detail)
  return result
}

function text(result: string | Refusal): string {
  return typeof result === 'string' ? result : done<never>(result)
}

function refuse(refusal: Refusal | null): void {
  if (refusal) throw new Error(refusal.detail)
}

function settingsOf(words: string[]): Record<string, string | null> {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, text] = /^([A-Z_]+)=(.*)$/s.exec(word) ?? []
      if (name === undefined || text === undefined) throw new Error(`${word} is no setting: write POLICY=asvs.`)
      return [name, text === '' ? null : text] as const
    }),
  )
}

function ownerOf(text: string): string | null {
  if (text === 'installation') return null
  if (text.startsWith('svc_')) return text
  throw new Error(`${text} is no service: its id begins with svc_. The installation's own keys: "installation".`)
}

function scopesOf(owner: string | null, text: string | undefined): ('create' | 'read' | 'admin')[] {
  if (owner === null) {
    if (text !== undefined && text !== 'admin') throw new Error('A key of the installation has the scope admin.')
    return ['admin']
  }
  const scopes = [...new Set((text ?? 'create,read').split(','))]
  return scopes.map((scope) => {
    if (scope === 'create' || scope === 'read') return scope
    throw new Error(`--scopes ${text}: there are only create and read.`)
  })
}

function overlapOf(text: string | undefined): number {
  if (text === undefined) return DAY
  if (/^\d{1,6}$/.test(text) && Number(text) <= LONGEST_OVERLAP) return Number(text)
  throw new Error(`--overlap ${text}: give seconds, at most ${LONGEST_OVERLAP}.`)
}

function serviceLine({ id, name, settings, createdAt }: ManagedService): string {
  const own = Object.entries(settings).map(([setting, text]) => `${setting}=${text}`)
  return [id, name ?? '(as SERVICE_NAME says)', `since ${createdAt}`, ...own].join('  ')
}

function keyLine({ id, name, scopes, createdAt, lastUsedAt, secondsLeft }: KeyRow): string {
  const used = lastUsedAt === null ? 'never used' : `last used ${lastUsedAt}`
  const end = secondsLeft === null ? '' : `ends in ${Math.round(secondsLeft)} s`
  return [id, name, scopes.join(','), `since ${createdAt}`, used, end].filter((part) => part !== '').join('  ')
}

function shownOnce(made: MadeKey): string {
  return `${keyLine(made)}\n\n${made.apiKey}\n\nIt is shown this once.`
}
