// The secret values of the settings, which the log leaves out wherever they occur.

import type { Setting } from './setting.ts'
import { SETTINGS, type Values } from './settings.ts'

export function secretValues(values: Partial<Values>): string[] {
  return Object.entries(SETTINGS).flatMap(([name, setting]: [string, Setting]) =>
    setting.secret ? [values[name as keyof Values]].flat().filter((one) => typeof one === 'string') : [],
  )
}
