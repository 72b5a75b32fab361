// The environment, and what a `.env` file adds to it.

import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

export type Environment = Record<string, string | undefined>

/** `faults`: of the file, each beginning with a variable's or the file's name. */
export function loadEnvironment(): { environment: Environment; faults: string[] } {
  const file = readEnvFile('.env')
  if (file === null) return { environment: process.env, faults: [] }
  if (!file.ok) return { environment: process.env, faults: [file.fault] }
  const faults = truncatedValues(file.text).filter(({ name }) => process.env[name] === undefined)
  process.loadEnvFile('.env')
  return { environment: process.env, faults: faults.map(({ name, left }) => `${name}: ${asTruncated(left)}`) }
}

function readEnvFile(path: string): { ok: true; text: string } | { ok: false; fault: string } | null {
  try {
    return { ok: true, text: readFileSync(path, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? null : { ok: false, fault: `${path}: it is there and can't be read (${code}).` }
  }
}

/**
 * In a value without quotes Node takes everything behind a # for a comment, and says nothing of it. Where a blank stands
 * before the # a comment was meant; elsewhere it belongs to a password.
 */
export function truncatedValues(text: string): { name: string; left: number }[] {
  const read = parseEnv(text)
  return text.split('\n').flatMap((line) => {
    const [, name = '', value = ''] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    const kept = read[name]
    const cut = /^[^\s"'`#][^\s#]*#/.test(value) && kept !== undefined && value.startsWith(`${kept}#`)
    return cut ? [{ name, left: kept.length }] : []
  })
}

function asTruncated(left: number): string {
  return `in .env a # begins a comment unless the value stands in quotes, so only its first ${left} characters were read.`
}
