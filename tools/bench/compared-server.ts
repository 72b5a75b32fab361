// The two servers that are compared, asked for the same work: each builds its own requests.

import type { LoadRequest } from './http-load.ts'

/** A challenge as its creation was answered. */
export type Created = { id: string; delivery: string; number: string }

export type ComparedServer = {
  port: number
  /** `channel: 'sms'` sends a code; a call asks for approval. */
  create(index: number, channel: 'call' | 'sms'): LoadRequest
  created(index: number, body: string): Created
  /** The carrier asks for the first document. */
  answer(challenge: Created): LoadRequest
  /** The carrier posts the key that approves. */
  lastKey(challenge: Created): LoadRequest
  /** The carrier reports the end of the call, to a server that wants to know. */
  ended(challenge: Created): LoadRequest | null
  read(challenge: Created): LoadRequest
  /** The code is typed. */
  check(challenge: Created): LoadRequest
}
