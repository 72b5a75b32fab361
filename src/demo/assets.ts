// The files that pages load: those of `assets/` as they are, and the browser's modules with their types taken out.

import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'

/**
 * Their addresses are their paths below `src/`, so that the imports between them hold in a browser as on disk. Beside the
 * demo's own they are those of Answerback's packages.
 */
const MODULES = /^\/(client\/[a-z-]+|elements\/([a-z-]+\/)?[a-z-]+|demo\/browser\/[a-z-]+)\.ts$/

const SRC = new URL('..', import.meta.url)
const ASSETS = fileURLToPath(new URL('assets', import.meta.url))

/** `path` is where the demo is mounted: stylesheets lie at `<path>/assets`, modules at `<path>/modules`. */
export function assets(path: string): Hono {
  const stripped = new Map<string, string>()
  const app = new Hono()
  app.use('/assets/*', async (c, next) => {
    c.header('cache-control', 'no-cache')
    await next()
  })
  app.use('/assets/*', serveStatic({ root: ASSETS, rewriteRequestPath: (name) => name.slice(`${path}/assets`.length) }))
  app.all('/assets/*', (c) => c.notFound())
  app.get('/modules/*', (c) => {
    const name = c.req.path.slice(`${path}/modules`.length)
    if (!MODULES.test(name)) return c.notFound()
    const script = stripped.get(name) ?? readModule(name)
    if (script === null) return c.notFound()
    stripped.set(name, script)
    return c.body(script, 200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-cache' })
  })
  return app
}

function readModule(name: string): string | null {
  try {
    return stripTypeScriptTypes(readFileSync(new URL(`.${name}`, SRC), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
