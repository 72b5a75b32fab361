// The environment, and what a `.env` file adds to it.

import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

export type Environment = Record<string, string | undefined>

/** `faults`: of the file, each beginning with a variable's or the file's name. */
export function loadEnvironment(): { environment: Environment; faults: string[] } {
  const file = readEnvFile('.env')
  if (file === null) return { environment: process.env, faults: [] }
  if (!file.ok) return { environment: process.env, faults: [file.fault] }
  const truncated = truncatedValues(file.text).filter(({ name }) => process.env[name] === undefined)
  // What is set outside of the file counts more.
  for (const [name, value] of Object.entries(parseEnv(file.text))) process.env[name] ??= value
  const faults = truncated.map(({ name, left }) => `${name}: ${asTruncated(left)}`)
  return { environment: process.env, faults: [...unreadLines(file.text), ...faults] }
}

function readEnvFile(path: string): { ok: true; text: string } | { ok: false; fault: string } | null {
  try {
    const text = readFileSync(path, 'utf8')
    // PowerShell writes UTF-16 unless told otherwise.
    if (text.includes('\0')) return { ok: false, fault: `${path}: it is not written in UTF-8.` }
    return { ok: true, text: text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' ? null : { ok: false, fault: `${path}: it is there and can't be read (${code}).` }
  }
}

/** Node passes over a line that it doesn't understand, such as `PORT: 3000`, or takes `set PORT` for a name. */
export function unreadLines(text: string): string[] {
  const inValues = new Set(
    Object.values(parseEnv(text)).flatMap((value) => (value?.includes('\n') ? value.split('\n') : [])),
  )
  const unread = text.split('\n').flatMap((line, index) => {
    const isMeant = /^\s*(?:\W{1,2}\s+|\$?[a-z]+[\s:]\s*|-{1,2}[a-z]+\s+)?[A-Z][A-Z0-9_]*\s*[:=\s]\s*\S/.test(line)
    const isRead = /^\s*(?:#|(?:export\s+)?\w+\s*=)/.test(line)
    return isMeant && !isRead && !inValues.has(line) ? [index + 1] : []
  })
  if (unread.length === 0) return []
  const lines = unread.length === 1 ? `line ${unread[0]} is` : `lines ${unread.join(', ')} are`
  return [`.env: ${lines} not of the form NAME=value.`]
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
