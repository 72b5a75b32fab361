// The operator's commands about numbers.

import { CHANNELS, type Channel, type E164 } from '../domain/challenge.ts'
import { isBeginning, maskNumber, parseNumber } from '../domain/phone-number.ts'
import type { ListedRule } from '../store/number-rules.ts'
import type { NumberOrPrefix, Numbers } from './numbers.ts'

const SHOWN = 200

export const OPTIONS = {
  reason: { type: 'string' },
  channel: { type: 'string' },
  extension: { type: 'string' },
} as const
export type Options = { [name in keyof typeof OPTIONS]?: string }

export const HELP = `Who may be called and texted. docs/guard.md explains each rule.

  npm run guard -- list                                 every rule that holds, newest first
  npm run guard -- block +12025550123 --reason "…"      your own block list: a number,
  npm run guard -- block '+1900*' --reason "…"          or every number that begins so
  npm run guard -- allow '+8816*' --reason "…"          your allow list: also what would be refused by its
                                                        kind or its country; the longest match decides
  npm run guard -- unlist '+8816*'                      takes it off either list
  npm run guard -- opt-out +12025550123 [--channel sms] the person wants no calls and texts, or none of these
  npm run guard -- opt-in +12025550123                  the person wants them again
  npm run guard -- unblock +12025550123                 ends the freeze after a report of fraud, for every service, and
                                                        what wrong codes, wrong gate keys and unanswered calls have led
                                                        to, for each inside line of the number too

Every change takes a --reason and is written into the audit log with it, under your name on this machine (npm run audit).

It reads the server's settings, SECRET among them. An embedded database is open to one process only: stop the server first.
`

export const SUBCOMMANDS = {
  list: [],
  block: ['number or prefix'],
  allow: ['number or prefix'],
  unlist: ['number or prefix'],
  'opt-out': ['number'],
  'opt-in': ['number'],
  unblock: ['number'],
} as const

/** The answer. Throws with a sentence for what is written wrongly. */
export async function runCommand(
  command: keyof typeof SUBCOMMANDS,
  [text = '']: readonly string[],
  options: Options,
  numbers: Numbers,
  actor: string,
): Promise<string> {
  if (options.extension !== undefined)
    throw new Error(`What ${command} says holds for every inside line of the number: leave --extension out.`)
  const by = { actor, reason: options.reason ?? null }
  switch (command) {
    case 'list':
      return listed(await numbers.rules(SHOWN))
    case 'block':
    case 'allow': {
      const what = numberOrPrefix(text)
      await numbers.listAs(command, what, by)
      return `${shown(what)} is on the ${command} list.`
    }
    case 'unlist': {
      const what = numberOrPrefix(text)
      return (await numbers.unlist(what, by)) ? `${shown(what)} is off the list.` : `${shown(what)} is on no list.`
    }
    case 'opt-out': {
      const number = wholeNumber(text)
      const channel = channelOf(options.channel)
      await numbers.optOut(number, channel, by)
      const what = { call: 'no calls', sms: 'no texts' }
      return `${maskNumber(number)} gets ${channel ? what[channel] : 'neither calls nor texts'} from any service.`
    }
    case 'opt-in': {
      const number = wholeNumber(text)
      const masked = maskNumber(number)
      return (await numbers.optIn(number, by)) ? `${masked} may be reached again.` : `${masked} had not opted out.`
    }
    case 'unblock': {
      const number = wholeNumber(text)
      const masked = maskNumber(number)
      return (await numbers.unblock(number, null, by))
        ? `${masked} is no longer blocked.`
        : `${masked} was not blocked.`
    }
  }
}

/** A star at the end stands for the rest: in many countries the beginning of a number is a shorter number. */
export function numberOrPrefix(text: string): NumberOrPrefix {
  const prefix = text.replace(/[\s().-]/g, '')
  if (!prefix.endsWith('*')) return { number: wholeNumber(text) }
  if (!isBeginning(prefix.slice(0, -1))) return { number: wholeNumber(prefix.slice(0, -1)) }
  if (/^\+[1-9]\d{0,13}\*$/.test(prefix)) return { prefix: prefix.slice(0, -1) }
  throw new Error(`${text} is no prefix: write +, the country code and digits, and a star, such as '+8816*'.`)
}

function wholeNumber(text: string): E164 {
  const parsed = parseNumber(text, null, '*')
  if (parsed.ok) return parsed.number
  throw new Error(`${text} is no number. ${parsed.message}`)
}

function channelOf(text: string | undefined): Channel | null {
  const channel = CHANNELS.find((one) => one === text)
  if (text === undefined || channel) return channel ?? null
  throw new Error(`--channel ${text}: there are only ${CHANNELS.join(' and ')}.`)
}

function shown(what: NumberOrPrefix): string {
  return 'prefix' in what ? `${what.prefix}…` : maskNumber(what.number)
}

function listed(rules: ListedRule[]): string {
  if (rules.length === 0) return 'No rule holds beside those of the settings.'
  const more = rules.length === SHOWN ? `\nThese are the newest ${SHOWN}.` : ''
  return `${rules.map(line).join('\n')}${more}`
}

function line({ kind, shown: what, forService, forChannel, reason, createdAt, until }: ListedRule): string {
  const whom = forService === '' ? 'every service' : forService
  const end = until === null ? 'until taken back' : `until ${until}`
  return [kind.padEnd(8), what, forChannel || 'both', whom, `since ${createdAt}`, end, reason ?? '']
    .join('  ')
    .trimEnd()
}
