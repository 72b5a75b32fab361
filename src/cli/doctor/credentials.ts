// Whether each carrier accepts the credentials that would place a call, by one request that changes nothing.

import type { Config } from '../../config/read-config.ts'
import type { CarrierName } from '../../domain/challenge.ts'
import { DEADLINES } from '../../time/deadlines.ts'
import { bad, type Finding, good, odd, reason } from './finding.ts'

type Question = { url: string; user: string; password: string; wants: string }

export async function credentials(name: CarrierName, config: Config): Promise<Finding> {
  const { url, user, password, wants } = QUESTIONS[name](config)
  try {
    const response = await fetch(url, {
      headers: {
        Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
        Accept: 'application/json',
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(DEADLINES.doctorRequest),
    })
    await response.body?.cancel()
    return verdict(name, response.status, wants, new URL(url).origin)
  } catch (error) {
    return bad(name, `${new URL(url).origin} can't be reached: ${reason(error)}.`)
  }
}

function verdict(name: CarrierName, status: number, wants: string, origin: string): Finding {
  if (status === 401 || status === 403)
    return bad(name, `It refuses the credentials (HTTP ${status}). Look at ${wants}.`)
  if (status < 300) return good(name, 'It accepts the credentials.')
  if (status === 404 && name === 'bandwidth') return good(name, 'It accepts the credentials.')
  if (status === 404)
    return odd(name, `${origin} answers and does not know the account or the question (HTTP 404). Look at ${wants}.`)
  if (status < 400) return bad(name, `${origin} redirects. Set the base URL to where it leads.`)
  return status < 500
    ? odd(name, `It answers HTTP ${status}, which says nothing of the credentials.`)
    : bad(name, `It is unwell: HTTP ${status}.`)
}

const QUESTIONS: Record<CarrierName, (config: Config) => Question> = {
  twilio: (c) => ({
    url: `${c.TWILIO_BASE_URL}/2010-04-01/Accounts/${c.TWILIO_ACCOUNT_SID}/Calls.json?PageSize=1`,
    user: c.TWILIO_ACCOUNT_SID!,
    password: c.TWILIO_AUTH_TOKEN![0]!,
    wants: 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN',
  }),
  signalwire: (c) => ({
    url: `${c.SIGNALWIRE_BASE_URL}/api/laml/2010-04-01/Accounts/${c.SIGNALWIRE_PROJECT_ID}/Calls.json?PageSize=1`,
    user: c.SIGNALWIRE_PROJECT_ID!,
    password: c.SIGNALWIRE_API_TOKEN!,
    wants: 'SIGNALWIRE_PROJECT_ID, SIGNALWIRE_API_TOKEN and its scopes (voice, messaging), and SIGNALWIRE_BASE_URL',
  }),
  // There is no list of calls: asked for a call that never was, it answers 404 to those it knows and 401 to others.
  bandwidth: (c) => ({
    url: `${c.BANDWIDTH_VOICE_BASE_URL}/accounts/${c.BANDWIDTH_ACCOUNT_ID}/calls/c-00000000-0000-0000-0000-000000000000`,
    user: c.BANDWIDTH_USERNAME!,
    password: c.BANDWIDTH_PASSWORD!,
    wants: 'BANDWIDTH_ACCOUNT_ID, BANDWIDTH_USERNAME and BANDWIDTH_PASSWORD',
  }),
  plivo: (c) => ({
    url: `${c.PLIVO_BASE_URL}/v1/Account/${c.PLIVO_AUTH_ID}/Call/?status=live`,
    user: c.PLIVO_AUTH_ID!,
    password: c.PLIVO_AUTH_TOKEN![0]!,
    wants: 'PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN',
  }),
}
