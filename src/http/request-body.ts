// A body, read with a limit and decoded strictly. Hono's `bodyLimit` trusts a Content-Length, which may be wrong.

import { invalid, type Refused } from './problems.ts'

const MAX_BYTES = 64 * 1024

/** The text of a JSON body, and that it is JSON; or why it is refused. `null`: there is no body. */
export async function readJsonText(request: Request): Promise<{ text: string } | Refused | null> {
  const bytes = await readBytes(request).catch(() => 'broken' as const)
  if (bytes === 'broken') return { refused: 'malformed', detail: 'The body broke off.' }
  if (bytes === null) return { refused: 'too_large', detail: `The body must have at most ${MAX_BYTES} bytes.` }
  if (bytes.length === 0) return null
  return isJson(request.headers) ? decode(bytes) : NOT_JSON
}

/** `null` when there are too many. Counted while they stream: a Content-Length may be missing or wrong. */
export async function readBytes(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length')) > MAX_BYTES) return null
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

function decode(bytes: Uint8Array): { text: string } | Refused {
  let trap = false
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
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
