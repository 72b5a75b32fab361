// Files in PEM that a setting names, read and looked at when the settings are: a path that leads nowhere is a fault of a
// setting, and no failure of the first connection.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

/** A path; what it becomes is the text of the file. */
export const certificateFile = pemFile('certificate', (pem) => new X509Certificate(pem))

/** Likewise. One with a passphrase is none that could be used. */
export const privateKeyFile = pemFile('private key without a passphrase', createPrivateKey)

function pemFile(what: string, parse: (pem: string) => unknown) {
  return z.string().transform((path, context) => {
    const read = textOf(path)
    if ('text' in read && isReadBy(parse, read.text)) return read.text
    const message = 'text' in read ? `has no ${what} in PEM in it` : `can't be read (${read.code})`
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })
}

function textOf(path: string): { text: string } | { code: string } {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'unknown' }
  }
}

function isReadBy(parse: (pem: string) => unknown, text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}
