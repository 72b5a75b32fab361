// What development may leave open and production may not.

import type { CarrierName } from '../domain/challenge.ts'
import { isLoopback } from '../domain/loopback.ts'
import { BASE_URLS } from './carrier-settings.ts'
import { SETTINGS, type Values } from './settings.ts'
import { shownValue } from './value-text.ts'

export function productionFaults(values: Values, carriers: CarrierName[]): string[] {
  const { PUBLIC_URL, SECRET, API_KEY, BANDWIDTH_CALLBACK_PASSWORD, WEBHOOK_URL, WEBHOOK_PRIVATE } = values
  const faults = [
    ...(PUBLIC_URL === undefined
      ? [unset('PUBLIC_URL')]
      : inTheClear('PUBLIC_URL', PUBLIC_URL, 'keys that are pressed')),
    ...weak('SECRET', SECRET, 32),
    ...weak('API_KEY', API_KEY, 24),
    ...Object.values(BASE_URLS)
      .flat()
      .flatMap((name) => inTheClear(name, values[name], 'the credentials of the account')),
    ...(carriers.length === 0 ? [`CARRIERS: none is set. ${SETTINGS.CARRIERS.doc} At least one is needed.`] : []),
  ]
  if (values.POLICY === 'nist' && values.ALTERNATIVES === undefined)
    faults.push(`${unset('ALTERNATIVES')} SP 800-63B-4, 3.1.3.3: nobody may be left with the telephone alone.`)
  if (WEBHOOK_URL?.startsWith('http:') && !WEBHOOK_PRIVATE) {
    faults.push(
      `WEBHOOK_URL: ${shownValue(WEBHOOK_URL)} is not https. To a neighbour of this server WEBHOOK_PRIVATE=on allows plain http.`,
    )
  }
  const [weakest] = (BANDWIDTH_CALLBACK_PASSWORD ?? []).filter((password) => !isStrong(password, 16))
  if (carriers.includes('bandwidth') && weakest !== undefined)
    faults.push(`BANDWIDTH_CALLBACK_PASSWORD: ${tooWeak(weakest, 16)} Nothing else authenticates Bandwidth.`)
  return faults
}

function unset(name: keyof Values): string {
  return `${name}: it is not set. ${SETTINGS[name].doc}`
}

/** Encrypted on the way, or never leaving this machine. */
function inTheClear(name: keyof Values, url: string | undefined, what: string): string[] {
  if (url === undefined || new URL(url).protocol === 'https:' || isLoopback(url)) return []
  return [`${name}: ${shownValue(url)} is not https, and ${what} would be sent in the clear.`]
}

function weak(name: 'SECRET' | 'API_KEY', secrets: string[] | undefined, length: number): string[] {
  const command = `Try: openssl rand -hex ${length}`
  if (secrets === undefined) return [`${unset(name)} ${command}`]
  const found = secrets.find((secret) => !isStrong(secret, length))
  return found === undefined ? [] : [`${name}: ${tooWeak(found, length)} ${command}`]
}

function tooWeak(secret: string, length: number): string {
  const shown = shownValue(secret, true)
  return secret.length < length
    ? `${shown} is shorter than ${length} characters.`
    : `${shown} is made of a few characters only.`
}

/** Long, and not one key held down. */
function isStrong(secret: string, length: number): boolean {
  return secret.length >= length && new Set(secret).size >= 8
}
