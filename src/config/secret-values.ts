// The values that are worth something to a thief, for the log to leave out wherever they turn up.

import type { Setting } from './setting.ts'
import { SETTINGS, type Values } from './settings.ts'

export function secretValues(values: Partial<Values>): string[] {
  return Object.entries(SETTINGS).flatMap(([name, setting]: [string, Setting]) =>
    setting.secret ? [values[name as keyof Values]].flat().filter((one) => typeof one === 'string') : [],
  )
}
