// Whether manifests are what the Kubernetes API takes. The types of kubernetes-types are generated from its OpenAPI
// description, and the compiler refuses in a literal what `kubectl apply` would: a missing or an unknown field, another type.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from './deployment-files.ts'

export type Manifest = { apiVersion: string; kind: string; metadata: { name?: string; generateName?: string } }

/** `apps/v1` is in apps/v1, `networking.k8s.io/v1` in networking/v1, and `v1` in core/v1. */
function typesOf({ apiVersion }: Manifest): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  return join(ROOT, 'node_modules/kubernetes-types', group!.split('.')[0]!, version!)
}

/** What is wrong with them, as the compiler says it; empty when nothing is. */
export function manifestFaults(manifests: readonly Manifest[]): string {
  const directory = mkdtempSync(join(tmpdir(), 'answerback-manifests-'))
  const code = manifests.map(
    (manifest, index) =>
      `import type { ${manifest.kind} as Kind${index} } from '${typesOf(manifest)}'\n` +
      `export const manifest${index}: Kind${index} = ${JSON.stringify(manifest, null, 2)}\n`,
  )
  writeFileSync(join(directory, 'manifests.ts'), code.join('\n'))
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler']
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const { stdout, status } = spawnSync(tsc, [...options, '--types', '', 'manifests.ts'], {
    cwd: directory,
    encoding: 'utf8',
  })
  rmSync(directory, { recursive: true })
  if (status !== 0 && stdout === '') throw new Error('The compiler said nothing of why it failed.')
  return stdout
}
