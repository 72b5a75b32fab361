// From the environment to a configuration, or to all its faults at once, each with the variable's name and what it wants.

import { z } from 'zod'
import { CARRIERS, type CarrierName } from '../domain/challenge.ts'
import { isLoopback } from './loopback.ts'
import { SETTINGS, type Values } from './settings.ts'

export type Config = Values & {
  production: boolean
  /** `undefined`: every address that the machine has. */
  host: string | undefined
  publicUrl: string
  /** Those whose settings are complete, in order of preference. Empty: the exchange stands in, in development. */
  carriers: CarrierName[]
}

export type Environment = Record<string, string | undefined>

/** The environment, and what a `.env` file adds to it. */
export function loadEnvironment(): Environment {
  try {
    process.loadEnvFile()
  } catch {
    // There need not be one.
  }
  return process.env
}

export function readConfig(environment: Environment): Config | { faults: string[] } {
  const faults: string[] = []
  const values = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, { schema, doc }]) => {
      // An empty variable is an unset one: that is how most shells and panels unset it.
      const parsed = z.safeParse(schema as z.ZodType, environment[name] || undefined)
      if (!parsed.success) faults.push(`${name}: ${doc}`)
      return [name, parsed.data]
    }),
  ) as Values
  const production = environment.NODE_ENV === 'production'
  const carriers = values.CARRIERS ?? CARRIERS.filter((name) => begun(name, values))
  for (const name of carriers) faults.push(...missing(name, values))
  if (values.WEBHOOK_URL && !values.WEBHOOK_SECRET) faults.push(`WEBHOOK_SECRET: ${SETTINGS.WEBHOOK_SECRET.doc}`)
  if (production) faults.push(...unfit(values, carriers))
  if (faults.length > 0) return { faults: oncePerVariable(faults) }
  const publicUrl = values.PUBLIC_URL ?? `http://localhost:${values.PORT}`
  return { ...values, production, carriers, publicUrl, host: values.HOST ?? (production ? undefined : '127.0.0.1') }
}

/** A wrong value is missing too, but is one fault. */
function oncePerVariable(faults: string[]): string[] {
  return [...Map.groupBy(faults, (fault) => fault.slice(0, fault.indexOf(':'))).values()].map(([first]) => first!)
}

/** What each carrier can't do without. */
const NEEDED = {
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM'],
  signalwire: [
    'SIGNALWIRE_PROJECT_ID',
    'SIGNALWIRE_API_TOKEN',
    'SIGNALWIRE_SIGNING_KEY',
    'SIGNALWIRE_FROM',
    'SIGNALWIRE_BASE_URL',
  ],
  bandwidth: [
    'BANDWIDTH_ACCOUNT_ID',
    'BANDWIDTH_USERNAME',
    'BANDWIDTH_PASSWORD',
    'BANDWIDTH_VOICE_APPLICATION_ID',
    'BANDWIDTH_MESSAGING_APPLICATION_ID',
    'BANDWIDTH_FROM',
    'BANDWIDTH_CALLBACK_USERNAME',
    'BANDWIDTH_CALLBACK_PASSWORD',
  ],
  plivo: ['PLIVO_AUTH_ID', 'PLIVO_AUTH_TOKEN', 'PLIVO_FROM'],
} as const satisfies Record<CarrierName, (keyof Values)[]>

function begun(name: CarrierName, values: Values): boolean {
  return NEEDED[name].some((setting) => values[setting] !== undefined)
}

function missing(name: CarrierName, values: Values): string[] {
  return NEEDED[name]
    .filter((setting) => values[setting] === undefined)
    .map((setting) => `${setting}: ${SETTINGS[setting].doc} Needed for ${name}.`)
}

/** What development may leave open and production may not. */
function unfit(values: Values, carriers: CarrierName[]): string[] {
  const { PUBLIC_URL, SECRET, API_KEY, BANDWIDTH_CALLBACK_PASSWORD, WEBHOOK_URL, WEBHOOK_PRIVATE } = values
  const faults: string[] = []
  if (!PUBLIC_URL || !safe(PUBLIC_URL)) faults.push(`PUBLIC_URL: ${SETTINGS.PUBLIC_URL.doc}`)
  if (!SECRET?.every((secret) => strong(secret, 32)))
    faults.push(`SECRET: ${SETTINGS.SECRET.doc} Try: openssl rand -hex 32`)
  if (!API_KEY?.every((key) => strong(key, 24)))
    faults.push(`API_KEY: ${SETTINGS.API_KEY.doc} Try: openssl rand -hex 24`)
  for (const name of BASE_URLS) {
    if (values[name] && !safe(values[name]))
      faults.push(`${name}: https, since the credentials of the account go there.`)
  }
  if (WEBHOOK_URL?.startsWith('http:') && !WEBHOOK_PRIVATE)
    faults.push(`WEBHOOK_URL: ${SETTINGS.WEBHOOK_URL.doc} Plain http needs WEBHOOK_PRIVATE=on.`)
  if (carriers.length === 0) faults.push(`CARRIERS: ${SETTINGS.CARRIERS.doc} At least one is needed.`)
  if (carriers.includes('bandwidth') && !strong(BANDWIDTH_CALLBACK_PASSWORD!, 16)) {
    faults.push(
      'BANDWIDTH_CALLBACK_PASSWORD: at least 16 characters, since it is all that tells Bandwidth from a stranger.',
    )
  }
  return faults
}

const BASE_URLS = [
  'TWILIO_BASE_URL',
  'SIGNALWIRE_BASE_URL',
  'BANDWIDTH_VOICE_BASE_URL',
  'BANDWIDTH_MESSAGING_BASE_URL',
  'PLIVO_BASE_URL',
] as const

/** Encrypted on the way, or never leaving this machine. */
function safe(url: string): boolean {
  return new URL(url).protocol === 'https:' || isLoopback(url)
}

/** Long, and not one key held down. */
function strong(secret: string, length: number): boolean {
  return secret.length >= length && new Set(secret).size >= 8
}
