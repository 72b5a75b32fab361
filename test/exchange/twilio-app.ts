// The recording app as a customer of Twilio, whose account places the calls.

import type { ExchangeOptions } from '../../src/exchange/exchange.ts'
import { type Answers, APP, FROM, NUMBER, recordingApp } from './recording-app.ts'

export { APP, NUMBER } from './recording-app.ts'

export const ACCOUNT = { accountSid: `AC${'0'.repeat(31)}1`, authToken: 'a-token' }

export function twilioApp(answers: Answers = {}, options: Partial<ExchangeOptions> = {}) {
  const here = recordingApp({ twilio: ACCOUNT }, answers, options)
  const { phones, received } = here
  const authorization = `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}`
  const rest = (method: 'GET' | 'POST', path: string, form?: [string, string][] | Record<string, string>) =>
    phones.app.request(`/2010-04-01/Accounts/${ACCOUNT.accountSid}/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
      body: form ? new URLSearchParams(form).toString() : null,
    })

  return {
    ...here,
    rest,
    /** The values of one parameter in the requests to a path. */
    came: (path: string, name: string) => received.filter((one) => one.path === path).map((one) => one.form[name]),
    async place(extra: Record<string, string> = {}): Promise<string> {
      const form: [string, string][] = Object.entries({
        To: NUMBER,
        From: FROM,
        Url: `${APP}/answer?d=1`,
        StatusCallback: `${APP}/status?d=1`,
        ...extra,
      })
      for (const event of ['initiated', 'ringing', 'answered', 'completed']) form.push(['StatusCallbackEvent', event])
      const response = await rest('POST', 'Calls.json', form)
      const call = (await response.json()) as { sid: string; message?: string }
      if (response.status !== 201) throw new Error(`${response.status}: ${call.message}`)
      return call.sid
    },
  }
}
