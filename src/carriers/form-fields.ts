// Form bodies are parsed before their signature can be checked, so the number of fields is limited before parsing.

import { parseJson } from './classify-response.ts'

/** Several times as many as any carrier sends: a Twilio call with its geographic fields has about forty. */
const MAX_FIELDS = 200

/** `null` for a body with more fields than that. */
export function parseForm(body: string): URLSearchParams | null {
  let fields = 1
  for (let at = body.indexOf('&'); at !== -1; at = body.indexOf('&', at + 1)) {
    fields++
    if (fields > MAX_FIELDS) return null
  }
  return new URLSearchParams(body)
}

/** The fields of a JSON object that could stand in a form; `null` when there are more than a form may have. */
export function parseFlatJson(body: string): [name: string, value: string][] | null {
  const entries = Object.entries(Object(parseJson(body)))
  if (entries.length > MAX_FIELDS) return null
  return entries.flatMap(([name, value]) => (Object(value) === value ? [] : [[name, `${value}`]]))
}
