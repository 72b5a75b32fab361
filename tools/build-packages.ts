// Builds the packages that apps install, into dist/: `npm run packages`, or `npm run packages -- DIRECTORY`.

import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

type Package = {
  /** Below @answerback, and the folder below src. */
  name: string
  /** The entry, in that folder. */
  entry: string
  description: string
  /** Browsers load it as it is: one file, with what it imports in it. */
  isOneFile: boolean
}

const PACKAGES: Package[] = [
  {
    name: 'client',
    entry: 'client',
    description: 'Client of Answerback, the self-hosted verification by telephone: for servers and for pages.',
    isOneFile: false,
  },
  {
    name: 'elements',
    entry: 'answerback-challenge',
    description: 'The page that waits for a call or asks for the code, as a custom element: <answerback-challenge>.',
    isOneFile: true,
  },
  {
    name: 'testing',
    entry: 'testing',
    description: "Phones of Answerback's simulated telephone company, for Playwright, node:test or any other runner.",
    isOneFile: false,
  },
]

export const PACKAGE_NAMES = PACKAGES.map(({ name }) => name)

/** Builds every package into a folder of its name. */
export async function buildPackages(directory: string): Promise<void> {
  const { version, license } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  for (const one of PACKAGES) {
    const folder = join(directory, one.name)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    const types = one.isOneFile ? await bundle(one, folder) : compile(one, folder)
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(one, types, version, license), null, 2)}\n`)
    cpSync(join(ROOT, 'src', one.name, 'README.md'), join(folder, 'README.md'))
    cpSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'))
  }
}

function manifest({ name, entry, description, isOneFile }: Package, types: string, version: string, license: string) {
  return {
    name: `@answerback/${name}`,
    version,
    description,
    license,
    type: 'module',
    // A custom element is defined by loading its file, which no bundler may leave out.
    sideEffects: isOneFile ? [`./${entry}.js`] : false,
    exports: { '.': { types: `./${types}`, default: `./${entry}.js` } },
    files: ['**/*.js', '**/*.d.ts'],
    engines: { node: '>=20' },
    publishConfig: { access: 'public' },
  }
}

/** A file of JavaScript and one of types for each of the sources. */
function compile({ name, entry }: Package, folder: string): string {
  tsc('--rootDir', `src/${name}`, '--outDir', folder, `src/${name}/${entry}.ts`)
  return `${entry}.d.ts`
}

/** The types keep the folders of the sources, since those of the client are among them. */
async function bundle({ name, entry }: Package, folder: string): Promise<string> {
  const source = `src/${name}/${entry}.ts`
  tsc('--rootDir', 'src', '--outDir', join(folder, 'types'), '--emitDeclarationOnly', source)
  await build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    outfile: join(folder, `${entry}.js`),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
  })
  return `types/${name}/${entry}.d.ts`
}

function tsc(...options: string[]): void {
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--ignoreConfig']
  const output = ['--module', 'nodenext', '--target', 'es2022', '--declaration', '--rewriteRelativeImportExtensions']
  // No types of Node: what runs in a browser may use none of its modules.
  const ambient = ['--lib', 'es2022,dom,dom.iterable', '--types', '']
  execFileSync(process.execPath, [TSC, ...strict, ...output, ...ambient, ...options], { cwd: ROOT, stdio: 'inherit' })
}

if (import.meta.main) await buildPackages(resolve(process.argv[2] ?? 'dist'))
