// The JSON of the control API and the page.

import { parseXml, prettyXml } from '../markup/xml.ts'
import type { Call } from '../simulator/call.ts'
import type { HttpLogEntry } from '../simulator/http-log.ts'
import type { Line } from '../simulator/line.ts'
import type { Message } from '../simulator/message.ts'
import type { Violation } from '../simulator/simulator-state.ts'
import { numbersOf, type TestNumber } from '../simulator/test-numbers.ts'

const SHOWN_CALLS = 6
const SHOWN_MESSAGES = 20

export const callView = (call: Call) => ({
  id: call.id,
  company: call.carrier,
  from: call.from,
  to: call.to,
  state: call.state,
  ending: call.ending,
  hung_up_by: call.hungUpBy,
  machine: call.machine,
  ignored: call.ignored,
  listening: call.keypad !== null,
  created_at: call.createdAt.toISOString(),
  answered_at: call.answeredAt?.toISOString() ?? null,
  ended_at: call.endedAt?.toISOString() ?? null,
  transcript: call.transcript,
})

export const messageView = ({ carrier, at, ...message }: Message) => ({
  ...message,
  company: carrier,
  at: at.toISOString(),
})

export const violationView = ({ carrier, ...violation }: Violation) => ({ ...violation, company: carrier })

/** The latest call first. */
export const lineView = (line: Line) => ({
  number: line.number,
  next_calls: line.nextCalls,
  next_messages: line.nextReceipts,
  calls: line.calls.slice(-SHOWN_CALLS).reverse().map(callView),
  messages: line.messages.slice(-SHOWN_MESSAGES).map(messageView),
})

export const testNumberView = (one: TestNumber) => ({ numbers: numbersOf(one), does: one.does, ...one.outcomes })

export const httpLogView = (entry: HttpLogEntry) => ({
  id: entry.id,
  at: entry.at,
  direction: entry.direction,
  company: entry.carrier,
  about: entry.about,
  call_id: entry.callId,
  method: entry.method,
  url: entry.url,
  headers: entry.headers.authorization ? { ...entry.headers, authorization: 'Basic ••••••' } : entry.headers,
  body: maskPasswords(entry.body),
  request: maskPasswords(pretty(entry.headers['content-type'] ?? '', entry.body)),
  status: entry.status,
  content_type: entry.contentType,
  answer: maskPasswords(pretty(entry.contentType ?? '', entry.answer ?? '')),
  ms: entry.ms,
  remark: entry.remark,
})

/** Bandwidth's calls and verbs hold passwords for the app, and the page has no authentication. */
const maskPasswords = (text: string) => text.replace(/((?:fallbackP|p)assword"?[:=] ?")(?:[^"\\]|\\.)*/g, '$1••••••')

function pretty(contentType: string, body: string): string {
  try {
    if (/xml/.test(contentType)) return prettyXml(parseXml(body))
    if (/json/.test(contentType)) return JSON.stringify(JSON.parse(body), null, 2)
    if (/form-urlencoded/.test(contentType)) {
      return [...new URLSearchParams(body)].map(([name, value]) => `${name} = ${value}`).join('\n')
    }
  } catch {
    // An unreadable body is shown as it came.
  }
  return body
}
