// Form fields as strings.

import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'

const LONGEST_FIELD = 600

export async function readForm(c: Context): Promise<Record<string, string>> {
  const body = await c.req.parseBody().catch((cause) => {
    throw new HTTPException(400, { message: 'The form cannot be read.', cause })
  })
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.slice(0, LONGEST_FIELD)]] : [],
    ),
  )
}
