// The environment, and what a `.env` file adds to it.

import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { SETTINGS } from './settings.ts'

export type Environment = Record<string, string | undefined>

/** `faults`: of the file, each beginning with a variable's or the file's name. */
export function loadEnvironment(): { environment: Environment; faults: string[] } {
  const file = readEnvFile('.env')
  if (file === null) return { environment: process.env, faults: [] }
  if (!file.ok) return { environment: process.env, faults: [file.fault] }
  // The file may be another program's too, which reads its own as it likes.
  const isOfFile = ({ name }: { name: string }) => Object.hasOwn(SETTINGS, name) && process.env[name] === undefined
  const truncated = truncatedValues(file.text).filter(isOfFile)
  const misquoted = misquotedValues(file.text).filter(isOfFile)
  // What is set outside of the file counts more.
  for (const [name, value] of Object.entries(parseEnv(file.text))) process.env[name] ??= value
  const faults = [
    ...truncated.map(({ name, left }) => `${name}: ${asTruncated(left)}`),
    ...misquoted.map(({ name, why }) => `${name}: in .env ${why}.`),
  ]
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

/**
 * A value in quotes ends with the next one of its kind, whatever stands before it, and Node passes over what follows on the
 * line. Where there is none, the quote is a part of the value.
 */
export function misquotedValues(text: string): { name: string; why: string }[] {
  const beginning = /^[^\S\n]*(?:export[^\S\n]+)?(\w+)[^\S\n]*=[^\S\n]*(["'`])/gm
  const found: { name: string; why: string }[] = []
  for (let match = beginning.exec(text); match; match = beginning.exec(text)) {
    const [, name = '', quote = ''] = match
    const end = text.indexOf(quote, beginning.lastIndex)
    if (end === -1) found.push({ name, why: `its value begins with ${quote} and no other follows` })
    else {
      beginning.lastIndex = end + 1
      const [behind = ''] = text.slice(end + 1).split('\n', 1)
      if (!/^\s*(#|$)/.test(behind))
        found.push({ name, why: `its value ends at the second ${quote}, and more follows` })
    }
  }
  return found
}

function asTruncated(left: number): string {
  return `in .env a # begins a comment unless the value stands in quotes, so only its first ${left} characters were read.`
}
