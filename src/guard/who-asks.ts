// Under which key a delivery or a guess is counted for a number: an app that names the account that asks is counted apart from
// those that don't, and an account that has proved the number apart from every other.

import type { AskerHashes } from '../domain/asker-hashes.ts'
import type { Channel, E164 } from '../domain/challenge.ts'
import { ipNetwork, ipPrefix } from '../domain/ip-prefix.ts'
import type { Lock } from '../store/rate-limits.ts'

/** Where a delivery goes, and who asked for it. */
export type Recipient = { to: E164; extension: string | null; askerHashes: AskerHashes | null }

type Asker = {
  serviceId: string
  to: E164
  extension: string | null
  clientIp: string | null
  session: string | null
  account: string | null
}

/** What is kept of who asks; `null`: the app says nothing. */
export function askerHashes(asker: Asker, hashes: (text: string) => string[]): AskerHashes | null {
  const { serviceId, clientIp, session, account } = asker
  if (clientIp === null && session === null && account === null) return null
  return {
    ...(clientIp !== null && { ip: hashes(ipPrefix(clientIp)), network: hashes(ipNetwork(clientIp)) }),
    ...(session !== null && { session: hashes(`${serviceId} ${session}`) }),
    ...(account !== null && {
      account: hashes(`${serviceId} ${account}`),
      owner: ownerHashes(asker, `${serviceId} ${account}`, hashes),
    }),
  }
}

/** As it is counted: a text reaches no inside line, so whichever is named it goes to the number itself. */
export function reachedBy<R extends Pick<Recipient, 'extension'>>(channel: Channel, recipient: R): R {
  return channel === 'sms' ? { ...recipient, extension: null } : recipient
}

/** What stands for the number in a counter: behind a company's number each inside line is a number of its own. */
export function dialledNumber({ to, extension }: Pick<Recipient, 'to' | 'extension'>): string {
  const digits = extension?.replace(/\D/g, '') ?? ''
  return digits === '' ? to : `${to}${EXTENSION}${digits}`
}

/**
 * Under every listed secret, in their order: the hash of the number, and behind it that of the inside line. So what is counted
 * of any line of a number is found by the number.
 */
export function dialledHashes(dialled: string, hashes: (text: string) => string[]): string[] {
  const [number = ''] = dialled.split(EXTENSION)
  const numbers = hashes(number)
  if (number === dialled) return numbers
  const lines = hashes(dialled)
  return numbers.map((hash, at) => `${hash}${EXTENSION}${lines[at]}`)
}

const EXTENSION = ';ext='
const ACCOUNT = ';account='

/** And behind that the hash of an account that may have proved it. */
function ownerHashes(asker: Asker, account: string, hashes: (text: string) => string[]): string[] {
  const dialled = dialledNumber(asker)
  const accounts = hashes(`${dialled} ${account}`)
  return dialledHashes(dialled, hashes).map((line, at) => `${line}${ACCOUNT}${accounts[at]}`)
}

/** Whose counter it is, of those that are found by a number. */
export function countedFor(key: string): 'account' | 'line' | 'number' {
  return key.includes(ACCOUNT) ? 'account' : key.includes(EXTENSION) ? 'line' : 'number'
}

/** What is counted: of everybody where no account is named, and else of the accounts that have not proved the number, and of the one that has. */
type Names = { all: string; named: string; owner: string }

/** Of the counters that hold for the one who asks, under every listed secret. */
export function askerKeys(recipient: Recipient, hashes: (text: string) => string[], names: Names): Lock[] {
  const numbers = dialledHashes(dialledNumber(recipient), hashes)
  const { owner } = recipient.askerHashes ?? {}
  if (!owner) return numbers.map((hash) => ({ key: `${names.all}:${hash}` }))
  return [
    ...numbers.map((hash) => ({ key: `${names.named}:${hash}`, ofOwner: false })),
    ...owner.map((hash) => ({ key: `${names.owner}:${hash}`, ofOwner: true })),
  ]
}
