// A certificate of its own issuer for a test's server, made by openssl, which Node has no part for.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Why a test is skipped, or `false`. */
export const withoutOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']) && false
  } catch {
    return 'SKIPPED: no openssl to make a certificate with'
  }
})()

/** In PEM. `name`: `DNS:app.example.com` or `IP:127.0.0.1`. */
export function certificate(name: `${'DNS' | 'IP'}:${string}`): { key: string; cert: string } {
  const directory = mkdtempSync(join(tmpdir(), 'answerback-certificate-'))
  const [key, cert] = [join(directory, 'key'), join(directory, 'cert')]
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  const subject = ['-subj', `/CN=${name.replace(/^\w+:/, '')}`, '-addext', `subjectAltName=${name}`]
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  const made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  rmSync(directory, { recursive: true })
  return made
}
