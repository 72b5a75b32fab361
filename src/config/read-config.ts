// From the environment to a configuration, or to all its faults at once, each with the variable's name, its value and what
// is wrong with it.

import { z } from 'zod'
import { CARRIERS, type CarrierName } from '../domain/challenge.ts'
import { ACCOUNT_NAMES, REQUIRED } from './carrier-settings.ts'
import type { Environment } from './load-environment.ts'
import { editDistance, misspeltNames } from './misspelt-names.ts'
import { ownOrigin } from './own-origin.ts'
import { productionFaults } from './production-faults.ts'
import type { Setting } from './setting.ts'
import { SETTINGS, type Values } from './settings.ts'
import { tracingFaults } from './tracing-options.ts'
import { shownValue, withoutQuotes } from './value-text.ts'

export type Config = Values & {
  production: boolean
  /** `undefined`: every address that the machine has. */
  host: string | undefined
  publicUrl: string
  /** Those whose settings are complete, in order of preference. Empty: the exchange stands in, in development. */
  carriers: CarrierName[]
}

/** `found`: what `loadEnvironment` has found wrong already. */
export function readConfig(environment: Environment, found: string[] = []): Config | { faults: string[] } {
  const { values, faults } = readValues(environment)
  const production = isProduction(environment)
  // What a wrong value would have needed is a fault as well: mended alone, it would stop the next start.
  const isGiven = (name: keyof Values) => withoutQuotes(environment[name] ?? '') !== ''
  const carriers = values.CARRIERS ?? meantCarriers(environment, isGiven)
  const host = values.HOST ?? (production ? undefined : '127.0.0.1')
  const all = [
    ...found,
    ...faults,
    ...(production ? [] : hostFaults(host)),
    ...carriers.flatMap((name) => missingSettings(name, values)),
    ...accountFaults(values),
    ...(isGiven('WEBHOOK_URL') && !values.WEBHOOK_SECRET ? [missing('WEBHOOK_SECRET', 'WEBHOOK_URL needs it.')] : []),
    ...policyFaults(values),
    ...tracingFaults(values),
    ...(production ? [...databaseFaults(values), ...productionFaults(values, carriers)] : []),
  ]
  if (all.length > 0) return { faults: oncePerVariable(all) }
  return { ...values, production, carriers, publicUrl: values.PUBLIC_URL ?? ownOrigin(host, values.PORT), host }
}

/** For commands that need the database and nothing else: what only a running server needs may be missing. */
export function readDatabaseConfig(environment: Environment, found: string[] = []): Values | { faults: string[] } {
  const { values, faults } = readValues(environment)
  const all = [...found, ...faults, ...(isProduction(environment) ? databaseFaults(values) : [])]
  return all.length > 0 ? { faults: oncePerVariable(all) } : values
}

function isProduction(environment: Environment): boolean {
  return nodeEnvironment(environment) === 'production'
}

function nodeEnvironment(environment: Environment): string {
  return withoutQuotes(environment.NODE_ENV ?? '')
}

/** What is nearly production would be run as development: with the demo, and with nothing checked. */
function nodeEnvironmentFaults(environment: Environment): string[] {
  const value = nodeEnvironment(environment)
  const isMeant = /^(live|prd|prod)$/i.test(value) || editDistance(value.toLowerCase(), 'production') <= 2
  return isMeant && value !== 'production' ? [`NODE_ENV: ${shownValue(value)} is not production. Is that meant?`] : []
}

/** A value that is wrong is left out of the values. */
function readValues(environment: Environment): { values: Values; faults: string[] } {
  const names = Object.keys(environment).filter((name) => environment[name])
  const faults = [
    ...nodeEnvironmentFaults(environment),
    ...misspeltNames(names, [...Object.keys(SETTINGS), 'NODE_ENV']).map(
      ({ name, nearest }) => `${name}: there is no such setting. Is ${nearest} meant?`,
    ),
  ]
  const values = Object.fromEntries(
    Object.entries(SETTINGS).map(([name, setting]: [string, Setting]) => {
      const value = withoutQuotes(environment[name] ?? '')
      // An empty variable is an unset one: that is how most shells and panels unset it.
      const parsed = z.safeParse(setting.schema, value || undefined)
      if (!parsed.success)
        faults.push(`${name}: ${shownValue(value, setting.secret)} ${parsed.error.issues[0]!.message}.`)
      return [name, parsed.data]
    }),
  ) as Values
  return { values, faults }
}

function missing(name: keyof Values, why: string): string {
  return `${name}: it is not set. ${SETTINGS[name].doc} ${why}`
}

function missingSettings(carrier: CarrierName, values: Values): string[] {
  return REQUIRED[carrier]
    .filter((setting) => values[setting] === undefined)
    .map((setting) => missing(setting, `Needed for ${carrier}.`))
}

/** Of a list with a wrong name the others; without a list those that have a setting, right or wrong. */
function meantCarriers({ CARRIERS: list }: Environment, isGiven: (name: keyof Values) => boolean): CarrierName[] {
  if (!isGiven('CARRIERS')) return CARRIERS.filter((name) => REQUIRED[name].some(isGiven))
  const names = withoutQuotes(list!).split(/[\s,]+/)
  return CARRIERS.filter((name) => names.includes(name))
}

/** Production is reached by PUBLIC_URL alone. */
function hostFaults(host: string | undefined): string[] {
  return URL.canParse(ownOrigin(host, 80))
    ? []
    : [
        `HOST: ${shownValue(host!)} has no place in a URL, by which the demo and the exchange reach this server: 127.0.0.1 does.`,
      ]
}

function accountFaults(values: Values): string[] {
  return ACCOUNT_NAMES.flatMap(({ setting, baseUrl, host, shape, expected }) => {
    const [value, url] = [values[setting], values[baseUrl]]
    if (typeof value !== 'string' || typeof url !== 'string') return []
    return host.test(new URL(url).hostname) && !shape.test(value)
      ? [`${setting}: ${shownValue(value)} is not ${expected}.`]
      : []
  })
}

/** ASVS 5.0, 2.4.1 and 6.6.3: neither what costs money nor guessing may go on without end. */
export function policyFaults(values: Values): string[] {
  if (values.POLICY !== 'asvs') return []
  const limits = ['LIMIT_PER_NUMBER', 'LIMIT_PER_PREFIX', 'LIMIT_PER_IP'] as const
  return limits
    .filter((name) => values[name]?.length === 0)
    .map((name) => `${name}: it is off, and POLICY=asvs needs it (ASVS 5.0, 2.4.1 and 6.6.3).`)
}

/** With an embedded database on each of two machines a challenge would exist on one of them only. */
function databaseFaults({ DATABASE_URL, EMBEDDED }: Values): string[] {
  return DATABASE_URL || EMBEDDED ? [] : [missing('DATABASE_URL', 'One instance with a disk says EMBEDDED=on instead.')]
}

/** A wrong value is missing too, but is one fault. */
function oncePerVariable(faults: string[]): string[] {
  return [...Map.groupBy(faults, (fault) => fault.slice(0, fault.indexOf(':'))).values()].map(([first]) => first!)
}
