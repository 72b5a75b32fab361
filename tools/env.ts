// Writes .env.example from the table of settings: `npm run env`.

import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Setting } from '../src/config/setting.ts'
import { SETTINGS } from '../src/config/settings.ts'

export const FILE = new URL('../.env.example', import.meta.url)
const WIDTH = 100
const HEAD =
  'Every setting, with its default or an example. None is needed to try it: npm start. In production a missing or weak one stops the start, and all faults are listed at once.'

/** What `.env.example` holds. Settings that begin alike stand together. */
export function example(): string {
  const groups = Map.groupBy(Object.entries(SETTINGS), ([name]) => name.split('_')[0])
  const paragraphs = [...groups.values()].map((group) =>
    group.flatMap(([name, setting]) => [...comment(setting.doc), `#${name}=${value(setting)}`]),
  )
  return [comment(HEAD), ...paragraphs].map((lines) => `${lines.join('\n')}\n`).join('\n')
}

function comment(text: string): string[] {
  const lines = ['#']
  for (const word of text.split(' ')) {
    if (`${lines.at(-1)} ${word}`.length > WIDTH) lines.push('#')
    lines.push(`${lines.pop()} ${word}`)
  }
  return lines
}

function value({ schema, example }: Setting): string {
  return example ?? String(byDefault(schema) ?? '')
}

/** The default as it would be written, before anything is made of it. */
function byDefault(schema: z.core.$ZodType): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.def.defaultValue
  return schema instanceof z.ZodPipe ? byDefault(schema.def.in) : undefined
}

if (import.meta.main) writeFileSync(FILE, example())
