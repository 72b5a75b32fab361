// The values that are worth something to a thief, for the log to leave out wherever they turn up.

import type { Values } from './settings.ts'

const SECRET_NAME = /(^|_)(SECRET|TOKEN|PASSWORD|SIGNING_KEY|API_KEY)$/

export function secretValues(values: Partial<Values>): string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    SECRET_NAME.test(name) ? [value].flat().filter((one) => typeof one === 'string') : [],
  )
}
