// A body, read with a limit and decoded strictly. Hono's `bodyLimit` trusts a Content-Length, which may be wrong.

import type { Context } from 'hono'
import { invalid, type Refused } from './problems.ts'

const MAX_BYTES = 64 * 1024

/** The text of a JSON body, and that it is JSON; or why it is refused. `null`: there is no body. */
export async function readJsonText(c: Context): Promise<{ text: string } | Refused | null> {
  const bytes = await readBytes(c).catch(() => 'broken' as const)
  if (bytes === 'broken') return { refused: 'malformed', detail: 'The body broke off.' }
  if (bytes === null) return { refused: 'too_large', detail: `The body must have at most ${MAX_BYTES} bytes.` }
  if (bytes.length === 0) return null
  return isJson(c.req.raw.headers) ? decode(bytes) : NOT_JSON
}

/**
 * `null` when there are too many. Counted while they stream, since a Content-Length may be missing or wrong; but Node's
 * server ends the body of a request there, and reading that whole costs a fraction of what a stream does.
 */
export async function readBytes({ req, env }: Context): Promise<Uint8Array | null> {
  const request = req.raw
  const length = req.header('content-length')
  if (Number(length) > MAX_BYTES) return null
  if (length !== undefined && env?.incoming) return new Uint8Array(await request.arrayBuffer())
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > MAX_BYTES) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export const NOT_JSON: Refused = {
  refused: 'unsupported_media_type',
  detail: 'Send "Content-Type: application/json", in UTF-8, unpacked.',
}

export const NO_OBJECT: Refused = { refused: 'malformed', detail: 'The body must be one JSON object.' }

export function isJson(headers: Headers): boolean {
  const [type, ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';')
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='))
  return (
    type?.trim() === 'application/json' &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
    (headers.get('content-encoding') ?? 'identity') === 'identity'
  )
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function decode(bytes: Uint8Array): { text: string } | Refused {
  let trap = false
  try {
    const text = UTF_8.decode(bytes)
    JSON.parse(text, (key, value) => {
      trap ||= key === '__proto__'
      return value
    })
    return trap ? invalid('__proto__', 'is no field') : { text }
  } catch {
    // Nesting deep enough to overflow the stack ends here too.
    return NO_OBJECT
  }
}
