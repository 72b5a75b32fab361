// The files that pages load. Scripts are TypeScript on disk: types are stripped when they are first asked for.

import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { Hono } from 'hono'

const FILES: Record<string, string> = {
  'client.js': '../client/client.ts',
  'sentences.js': './sentences.ts',
  'verify.js': './browser/verify.ts',
  'form.js': './browser/form.ts',
  'style.css': './assets/style.css',
  'icon.svg': './assets/icon.svg',
  'scene.svg': './assets/scene.svg',
}

const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' }

export function assets(): Hono {
  const loaded = new Map<string, string>()
  return new Hono().get('/:file', (c) => {
    const file = c.req.param('file')
    const source = Object.hasOwn(FILES, file) ? FILES[file] : undefined
    if (!source) return c.notFound()
    const content = loaded.get(file) ?? load(source)
    loaded.set(file, content)
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)]
    return c.body(content, 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'no-cache' })
  })
}

function load(source: string): string {
  const text = readFileSync(new URL(source, import.meta.url), 'utf8')
  return source.endsWith('.ts') ? flatten(stripTypeScriptTypes(text)) : text
}

/** To a page all scripts lie in one folder, so `../sentences.ts` is `./sentences.js` there. */
function flatten(script: string): string {
  return script.replace(/\b(from|import) '[./\w-]*?([\w-]+)\.ts'/g, "$1 './$2.js'")
}
