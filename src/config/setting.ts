// One row of the table of settings.

import type { z } from 'zod'

export type Setting<S extends z.ZodType = z.ZodType> = {
  schema: S
  /** What it is, as a sentence: shown in `.env.example`, and when it is missing. */
  doc: string
  /** Shown in `.env.example` where there is no default. */
  example?: string
  /** A fault shows its length and not its value. */
  secret?: true
}

type More = { example?: string; secret?: true }

export function optional<S extends z.ZodType>(schema: S, doc: string, more: More = {}) {
  return { schema: schema.optional() as z.ZodOptional<S>, doc, ...more }
}

/** The default is written as the variable's text would be. */
export function withDefault<S extends z.ZodType<unknown, string>>(value: string, schema: S, doc: string) {
  return { schema: schema.prefault(value as z.input<S>) as z.ZodPrefault<S>, doc }
}

export const SECRET = { secret: true } as const
