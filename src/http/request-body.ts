// A stranger's JSON: read with a limit, understood or refused, and checked against its schema. Never believed.

import type { z } from 'zod'
import { invalid, isRefused, type Refused } from './problems.ts'

const LIMIT = 64 * 1024

/** The valid body, or why it is refused. `empty` is what no body at all stands for, where that is allowed. */
export async function readBody<S extends z.ZodType>(
  request: Request,
  schema: S,
  empty?: unknown,
): Promise<{ body: z.output<S>; raw: unknown } | Refused> {
  const bytes = await readBytes(request).catch(() => 'broken' as const)
  if (bytes === 'broken') return { refused: 'malformed', detail: 'The body broke off.' }
  if (bytes === null) return { refused: 'too_large', detail: `The body must have at most ${LIMIT} bytes.` }
  if (bytes.length === 0 && empty !== undefined) return valid(schema, empty)
  if (!isJson(request.headers)) {
    return { refused: 'unsupported_media_type', detail: 'Send "Content-Type: application/json", in UTF-8, unpacked.' }
  }
  const parsed = parse(bytes)
  return isRefused(parsed) ? parsed : valid(schema, parsed.json)
}

/** A value checked against its schema, each fault with the path to it. */
export function valid<S extends z.ZodType>(
  schema: S,
  raw: unknown,
  name?: string,
): { body: z.output<S>; raw: unknown } | Refused {
  const result = schema.safeParse(raw)
  if (result.success) return { body: result.data, raw }
  const errors = result.error.issues.flatMap((issue) => faults(issue, name)).slice(0, 20)
  return { refused: 'invalid', detail: `${errors[0]!.path || 'The body'}: ${errors[0]!.message}.`, errors }
}

/** `null` when there are too many. Counted while they stream: a Content-Length may be missing, and may lie. */
export async function readBytes(request: Request): Promise<Uint8Array | null> {
  if (Number(request.headers.get('content-length')) > LIMIT) return null
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body ?? []) {
    size += chunk.length
    if (size > LIMIT) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function isJson(headers: Headers): boolean {
  const [type, ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';')
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='))
  return (
    type?.trim() === 'application/json' &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
    (headers.get('content-encoding') ?? 'identity') === 'identity'
  )
}

function parse(bytes: Uint8Array): { json: unknown } | Refused {
  let trap = false
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    const json = JSON.parse(text, (key, value) => {
      trap ||= key === '__proto__'
      return value
    })
    if (!trap) return { json }
  } catch {
    // A stack overflown by nesting ends here too.
    return { refused: 'malformed', detail: 'The body must be one JSON object.' }
  }
  return invalid('__proto__', 'is no field')
}

function faults(issue: z.core.$ZodIssue, name: string | undefined): { path: string; message: string }[] {
  const path = [...(name ? [name] : []), ...issue.path.map(String)]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key].join('.').slice(0, 100), message: 'is no field' }))
  }
  return [{ path: path.join('.').slice(0, 100), message: issue.message }]
}
