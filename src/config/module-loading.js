// Shortens the loading of some seven hundred modules, which is most of a start. Given to Node by --import, so that it is there
// before the first of them; JavaScript, since what strips types takes 30 ms to load, and is not needed for what is cached.

import './node-version.js'
import { existsSync } from 'node:fs'
// As a whole: an older Node, which lacks these names, would end before it has said so.
import * as nodeModule from 'node:module'
import { dirname, extname } from 'node:path'
import { fileURLToPath } from 'node:url'

// What V8 has made of each file, its types stripped, is kept for the next start. Node compares it with the file, so it can't
// be stale; where the folder can't be written, everything is compiled as ever.
nodeModule.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)))

const SOURCES = new URL('..', import.meta.url).href
/** Where Zod exports its messages in all of its sixty languages, each a file. English alone is used, and imported by itself. */
const ZOD = /\/zod\/v4\/(classic\/external|core\/index)\.js$/
const MODULE_FORMATS = ['module', 'module-typescript']

/** What a module of ours found by the name of a package: all of them find the same. */
const packages = new Map()
/** By extension and package: its package.json decides, so all such files have the same format. */
const formats = new Map()
/** In which folder the package.json is that decides for the modules of a folder. */
const deciding = new Map()

// Node parses the package.json above a module for each module and for each import of a package, and the one of drizzle-orm has
// 180 KB: without this it is half of all the loading.
nodeModule.registerHooks({
  resolve(specifier, context, nextResolve) {
    const { parentURL, conditions } = context
    if (!parentURL || !conditions.includes('import')) return nextResolve(specifier, context)
    if (specifier === '../locales/index.js' && ZOD.test(parentURL)) return nextResolve('../locales/en.js', context)
    if (/^\.\.?\/[^?#%]*\.[jt]s$/.test(specifier)) {
      const { href: url } = new URL(specifier, parentURL)
      const kind = extname(url) + decidingFolder(dirname(url))
      const format = formats.get(kind)
      if (format) return { url, format, shortCircuit: true }
      const found = nextResolve(specifier, context)
      if (found.url === url && MODULE_FORMATS.includes(found.format)) formats.set(kind, found.format)
      return found
    }
    if (!parentURL.startsWith(SOURCES) || specifier.startsWith('.')) return nextResolve(specifier, context)
    if (!packages.has(specifier)) packages.set(specifier, { ...nextResolve(specifier, context), shortCircuit: true })
    return packages.get(specifier)
  },
})

function decidingFolder(folder) {
  const known = deciding.get(folder)
  if (known !== undefined) return known
  const isLast = folder.endsWith('/node_modules') || !folder.startsWith('file:///')
  const found = isLast || existsSync(new URL(`${folder}/package.json`)) ? folder : decidingFolder(dirname(folder))
  deciding.set(folder, found)
  return found
}
