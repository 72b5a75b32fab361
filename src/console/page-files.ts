// The files that the pages load.

import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { Hono } from 'hono'

const FOLDER = new URL('assets/', import.meta.url)
const TYPES: Record<string, string> = { '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' }

export function assets(): Hono {
  const app = new Hono()
  for (const name of readdirSync(FOLDER)) {
    const content = readFileSync(new URL(name, FOLDER), 'utf8')
    const type = `${TYPES[extname(name)]}; charset=utf-8`
    app.get(`/${name}`, (c) => c.body(content, 200, { 'content-type': type, 'cache-control': 'no-cache' }))
  }
  return app
}
