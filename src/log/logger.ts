// One line an event, on standard error: standard output is for people.

import { type DestinationStream, pino } from 'pino'
import { redactErrorText, redactLine } from './redact.ts'
import { contextFields } from './request-context.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export const LOG_FORMATS = ['json', 'pretty'] as const

/** Ids, names, states and durations. An error stands under `err`, and is written with its message and stack. */
export type LogFields = Record<string, string | number | boolean | null | undefined | Error>
type LogMethod = (fields: LogFields, message: string) => void
export type Logger = Record<'debug' | 'info' | 'warn' | 'error', LogMethod>

export type LogOptions = {
  level: (typeof LOG_LEVELS)[number]
  /** Unless given: pretty at a terminal. */
  format: (typeof LOG_FORMATS)[number] | undefined
  secrets: readonly string[]
  /** Standard error unless given. */
  destination?: DestinationStream
}

export async function createLogger({ level, format, secrets, destination }: LogOptions): Promise<Logger> {
  // Written at once: what a process said just before its end is what an operator looks for.
  const plain = destination ?? pino.destination({ dest: 2, sync: true })
  const pretty = (format ?? (process.stderr.isTTY ? 'pretty' : 'json')) === 'pretty'
  const stream = pretty ? await prettyStream(plain) : plain
  const logger: Logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorFields },
      // A new object each time: pino writes the line's fields into what it gets.
      mixin: contextFields,
      hooks: { streamWrite: redactLine(secrets) },
    },
    stream,
  )
  return logger
}

/** pino-pretty is loaded only at a terminal, where the time it takes does not matter. */
async function prettyStream(plain: DestinationStream): Promise<DestinationStream> {
  const { prettyFactory } = await import('pino-pretty')
  const format = prettyFactory({ colorize: process.stderr.isTTY ?? false })
  return { write: (line) => plain.write(format(line)) }
}

type ErrorFields = {
  type: string
  message: string
  code?: string
  stack?: string
  cause?: ErrorFields
  errors?: ErrorFields[]
}

const ERRORS_OF_ONE = 10

/** No other property: what libraries hang on an error (a query, its parameters, a request) is not looked through. */
function errorFields(error: unknown): ErrorFields {
  if (!(error instanceof Error)) return { type: typeof error, message: redactErrorText(String(error)) }
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? String(error.code) : undefined
  return {
    type: error.name,
    message: redactErrorText(error.message),
    ...(code !== undefined && { code }),
    ...(error.stack !== undefined && { stack: redactErrorText(error.stack) }),
    ...(error.cause !== undefined && error.cause !== error && { cause: errorFields(error.cause) }),
    ...(error instanceof AggregateError && { errors: error.errors.slice(0, ERRORS_OF_ONE).map(errorFields) }),
  }
}

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }
