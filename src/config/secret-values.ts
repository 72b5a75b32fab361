// The secret values of the settings, which the log leaves out wherever they occur.

import type { Setting } from './setting.ts'
import { SETTINGS, type Values } from './settings.ts'

export function secretValues(values: Partial<Values>): string[] {
  return Object.entries(SETTINGS).flatMap(([name, setting]: [string, Setting]) =>
    setting.secret ? textsOf(values[name as keyof Values]) : [],
  )
}

/** Of a list each, of headers their values. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return Object(value) === value ? Object.values(value as object).flatMap(textsOf) : []
}
