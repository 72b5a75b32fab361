// What `npm ci --omit=dev` puts on the disk: the packages of the lock file that are not for development only.

import { existsSync, globSync, lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

/** `direct`: those that package.json names. Sizes as `du` counts them. */
export type InstalledSize = { packages: number; direct: number; mebibytes: number; runtimeMebibytes: number }

export function installedSize(): InstalledSize {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>
  }
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  // Of the packages for other machines none is installed.
  const installed = Object.entries(lock.packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && !dev && !devOptional && existsSync(join(ROOT, path)))
    .map(([path]) => path)
  const isRuntime = (path: string) => /^node_modules\/node-linux-/.test(path)
  return {
    packages: installed.length,
    direct: Object.keys(dependencies).length,
    mebibytes: sum(installed.map(ownMebibytes)),
    runtimeMebibytes: sum(installed.filter(isRuntime).map(ownMebibytes)),
  }
}

/** Without the packages nested in it, which the lock file lists by themselves. */
function ownMebibytes(path: string): number {
  const files = globSync('**', { cwd: join(ROOT, path), exclude: (name) => name === 'node_modules' })
  return sum(files.map((file) => (lstatSync(join(ROOT, path, file)).blocks * 512) / 2 ** 20))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
