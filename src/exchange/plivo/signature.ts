// Plivo's signatures. Calls: docs.plivo.com/docs/voice/concepts/signature-validation. Messages, whose body is
// not signed: docs.plivo.com/docs/messaging/concepts/signature-validation

import { createHmac } from 'node:crypto'
import type { Parameters } from '../rest/form.ts'

export function signV3(
  token: string,
  method: 'GET' | 'POST',
  url: string,
  parameters: Parameters,
  nonce: string,
): string {
  const { base, query } = split(url)
  const asked = method === 'GET' ? joined([...query, ...parameters]) : joined(query)
  const posted =
    method === 'GET'
      ? ''
      : sorted(parameters)
          .map(([name, value]) => name + value)
          .join('')
  const text = base + (asked || posted ? '?' : '') + asked + (asked && posted ? '.' : '') + posted
  return mac(token, `${text}.${nonce}`)
}

export function signV2(token: string, url: string, nonce: string): string {
  return mac(token, split(url).base + nonce)
}

/** The query is signed decoded and sorted, not verbatim. */
function split(url: string): { base: string; query: Parameters } {
  const [, base = '', query = ''] = /^([^?#]*)\??([^#]*)/.exec(url) ?? []
  return { base, query: [...new URLSearchParams(query)] }
}

const joined = (pairs: Parameters) =>
  sorted(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

const sorted = (pairs: Parameters) => pairs.toSorted(([one], [other]) => (one === other ? 0 : one < other ? -1 : 1))

const mac = (token: string, text: string) => createHmac('sha256', token).update(text, 'utf8').digest('base64')
