// The operator's commands: list failed messages, and send them again.

import type { AuditEntry } from '../store/audit-log.ts'
import type { FailedMessage, Outbox } from '../store/outbox.ts'
import { PUSH_FAILURES } from './failure-codes.ts'

const SHOWN = 200

export const HELP = `Messages that could not be delivered to WEBHOOK_URL.

  npm run webhooks -- failed                  what was given up, or waits long for its next try; newest first
  npm run webhooks -- send-again <id> ...     makes these due again; the running server sends them
  npm run webhooks -- send-again all          makes all of them due again

Both read the server's settings. An embedded database is open to one process only: stop the server first.

What the last word of a line means (http_503 and the like are the receiver's status):

${Object.entries(PUSH_FAILURES)
  .map(([word, meaning]) => `  ${word.padEnd(16)} ${meaning}`)
  .join('\n')}
`

export const SUBCOMMANDS = { failed: [], 'send-again': ['id or "all"…'] } as const

/** Throws with a sentence for what is written wrongly. */
export async function runCommand(
  command: keyof typeof SUBCOMMANDS,
  ids: readonly string[],
  outbox: Outbox,
  actor: string,
): Promise<string> {
  if (command === 'failed') return listed(await outbox.listFailed(SHOWN))
  if (ids.length === 1 && ids[0] === 'all') return due(await outbox.sendAgain('all', sentAgain(actor, 'all')))
  if (ids.includes('all')) throw new Error('"all" stands alone: all that have failed are sent again.')
  const named = ids.filter((id) => /^msg_[\w-]+$/.test(id))
  const count = await outbox.sendAgain(ids, sentAgain(actor, named.join(' ')))
  const rest = ids.length - count
  return rest === 0 ? due(count) : `${due(count)} ${rest} of those you named ${rest === 1 ? 'has' : 'have'} not failed.`
}

/** What the audit log says of it. `target`: ids, or `all`. */
export function sentAgain(actor: string, target: string): AuditEntry {
  return { actor, action: 'webhooks.sent_again', target, reason: null, detail: {} }
}

function listed(failed: FailedMessage[]): string {
  if (failed.length === 0) return 'The app has taken everything that is not still being tried.'
  const more = failed.length === SHOWN ? `\nThese are the newest ${SHOWN}.` : ''
  return `${failed.map(line).join('\n')}${more}`
}

function line({ id, type, service, challenge, createdAt, tries, failedAt, nextAt, lastError }: FailedMessage): string {
  const state = failedAt ? `given up ${failedAt}` : `next try ${nextAt}`
  return [id, type.padEnd(21), service, challenge ?? '-', createdAt, `${tries} tries`, state, lastError].join('  ')
}

function due(count: number): string {
  return count === 1 ? '1 message is due again.' : `${count} messages are due again.`
}
