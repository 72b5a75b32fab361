// The settings that a service may have for itself, in the names and the language of the environment's variables. What it
// does not name is as the environment says.

import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { CARRIERS, type CarrierName, type E164 } from '../domain/challenge.ts'
import type { Locale } from '../domain/locale.ts'
import { LOCALE_SETTING, type Messages } from '../domain/message-settings.ts'
import type { GuardSettings } from '../guard/guard.ts'
import { homeRegions } from './build-carriers.ts'
import { productionFaults } from './production-faults.ts'
import { type Config, policyFaults } from './read-config.ts'
import { messageSettingSchema, ownMessages } from './service-messages.ts'
import { SETTINGS, type Values } from './settings.ts'
import { shownValue } from './value-text.ts'

type Settings = GuardSettings & {
  carriers: readonly CarrierName[] | null
  from: Partial<Record<CarrierName, E164>>
  sharedPhrase: boolean
  detectVoicemail: boolean
  origin: string | null
  locale: Locale
  messages: Messages
}

/** Who lets one address do what it likes, as a test does, means its network too. */
const NETWORK_LIMITS = [{ max: 100, seconds: 3600 }]

const limits = (values: Values) => ({
  limits: {
    number: values.LIMIT_PER_NUMBER,
    prefix: values.LIMIT_PER_PREFIX,
    ip: values.LIMIT_PER_IP,
    network: values.LIMIT_PER_NETWORK ?? (values.LIMIT_PER_IP.length > 0 ? NETWORK_LIMITS : []),
    session: values.LIMIT_PER_SESSION,
    account: values.LIMIT_PER_ACCOUNT,
    service: values.LIMIT_PER_SERVICE,
  },
})
/** Who has set how often a number may be called need not wait for it to answer unless they have said so too. */
const waits = (values: Values) => ({
  waitsUnanswered: values.LIMIT_UNANSWERED ?? isDeepStrictEqual(values.LIMIT_PER_NUMBER, NUMBER_LIMITS),
})
const NUMBER_LIMITS = SETTINGS.LIMIT_PER_NUMBER.schema.parse(undefined)
const countries = (values: Values) => ({ countries: values.ALLOWED_COUNTRIES ?? homeRegions(values) })

/** What each of them decides. */
const DECIDES = {
  ALLOWED_COUNTRIES: countries,
  LIMIT_PER_NUMBER: (values) => ({ ...limits(values), ...waits(values) }),
  LIMIT_PER_PREFIX: limits,
  LIMIT_PER_IP: limits,
  LIMIT_PER_NETWORK: limits,
  LIMIT_PER_SESSION: limits,
  LIMIT_PER_ACCOUNT: limits,
  LIMIT_PER_SERVICE: limits,
  LIMIT_UNANSWERED: waits,
  RESEND_COOLDOWN: (values) => ({ cooldown: values.RESEND_COOLDOWN }),
  FRAUD_FREEZE: (values) => ({ fraudFreeze: values.FRAUD_FREEZE }),
  QUIET_HOURS: (values) => ({ quietHours: values.QUIET_HOURS }),
  POLICY: (values) => ({ policyName: values.POLICY }),
  SHARED_PHRASE: (values) => ({ sharedPhrase: values.SHARED_PHRASE }),
  DETECT_VOICEMAIL: (values) => ({ detectVoicemail: values.DETECT_VOICEMAIL }),
  ORIGIN: (values) => ({ origin: values.ORIGIN ?? null }),
  // Read where it is pushed to.
  WEBHOOK_URL: () => ({}),
} satisfies Partial<Record<keyof Values, (values: Values) => Partial<Settings>>>

const SENDERS = Object.fromEntries(CARRIERS.map((name) => [`${name.toUpperCase()}_FROM`, name])) as Record<
  `${Uppercase<CarrierName>}_FROM`,
  CarrierName
>

export type ServiceSettingName = keyof typeof DECIDES | keyof typeof SENDERS | 'CARRIERS'

const OF_ENVIRONMENT = [...Object.keys(DECIDES), 'CARRIERS', ...Object.keys(SENDERS)] as ServiceSettingName[]
/** And the sentences of service-messages.ts. */
export const SERVICE_SETTINGS: string[] = [...OF_ENVIRONMENT, LOCALE_SETTING]

type Texts = Record<string, string>

/** As the environment says. */
export function environmentSettings(values: Values): Settings {
  return Object.assign(
    { carriers: null, from: {}, locale: 'en-US', messages: { call: {}, sms: {} } },
    ...Object.values(DECIDES).map((decide) => decide(values)),
  )
}

/**
 * What a service has for itself. Left out is a text that is no longer understood, and a limit that it had turned off before
 * the policy came that needs it.
 */
export function ownSettings(config: Values, texts: Texts): Partial<Settings> {
  const { values: all } = read(texts)
  const needed = policyFaults({ ...config, ...all }).map((fault) => fault.slice(0, fault.indexOf(':')))
  const kept = Object.entries(all).filter(([name]) => !needed.includes(name))
  const values: Partial<Values> = Object.fromEntries(kept)
  const merged = { ...config, ...values }
  const senders = Object.entries(SENDERS).flatMap(([setting, carrier]) => {
    const sender = values[setting as keyof typeof SENDERS]
    return sender === undefined ? [] : [[carrier, sender.number] as const]
  })
  const decided = Object.entries(DECIDES).flatMap(([name, decide]) => (name in values ? [decide(merged)] : []))
  return Object.assign(
    {},
    values.CARRIERS && { carriers: values.CARRIERS },
    senders.length > 0 && { from: Object.fromEntries(senders), ...countries(merged) },
    ...decided,
    ownMessages(values),
  )
}

/** What is wrong with what a service is to have for itself, each fault with the setting's name first. */
export function ownSettingFaults(
  config: Values & Pick<Config, 'production' | 'carriers'>,
  texts: Texts,
): { name: string; message: string }[] {
  const { values, faults } = read(texts)
  const all = (settings: Values) => [
    ...policyFaults(settings),
    ...(config.production ? productionFaults(settings, config.carriers) : []),
  ]
  const before = new Set(all(config))
  const together = all({ ...config, ...values }).filter((fault) => !before.has(fault))
  const missing = (values.CARRIERS ?? []).filter((name) => !config.carriers.includes(name))
  return [
    ...faults,
    ...together.map((fault) => ({ name: nameIn(fault, texts), message: fault })),
    ...missing.map((name) => ({ name: 'CARRIERS', message: `${name} has no settings on this server` })),
  ]
}

/** Of a fault between several settings, one of which the service has not named. */
function nameIn(fault: string, texts: Texts): string {
  return Object.keys(texts).find((name) => fault.startsWith(`${name}:`)) ?? Object.keys(texts)[0]!
}

function read(texts: Texts): { values: Partial<Values>; faults: { name: string; message: string }[] } {
  const values: Record<string, unknown> = {}
  const faults: { name: string; message: string }[] = []
  for (const [name, text] of Object.entries(texts)) {
    const schema = schemaOf(name)
    if (schema === undefined) {
      faults.push({ name, message: 'is no setting that a service may have for itself' })
      continue
    }
    const parsed = z.safeParse(schema, text)
    if (parsed.success) values[name] = parsed.data
    else faults.push({ name, message: `${shownValue(text)} ${parsed.error.issues[0]!.message}` })
  }
  return { values: values as Partial<Values>, faults }
}

function schemaOf(name: string): z.ZodType | undefined {
  return OF_ENVIRONMENT.includes(name as ServiceSettingName)
    ? SETTINGS[name as ServiceSettingName].schema
    : messageSettingSchema(name)
}
