// The files that the ways of deployment are made of, parsed; and what all of them have to agree on with the code.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { SETTINGS } from '../../src/config/settings.ts'
import { WAITS_PER_INSTANCE } from '../../src/http/middleware/connection-limit.ts'
import { figures } from '../../tools/bench/capacity.ts'
import { readResults } from '../../tools/bench/performance-documents.ts'

export const ROOT = join(import.meta.dirname, '../..')

export const readText = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** The documents of a YAML file. A key that stands twice, or an anchor that is not there, is a fault. */
export function readYaml<Document>(path: string): Document[] {
  return parseAllDocuments(readText(path), { strict: true, uniqueKeys: true }).map((document) => {
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) throw new Error(`${path}: ${fault.message}`)
    return document.toJS() as Document
  })
}

/** `15s`, `1m`, as Docker and Fly write a length of time, in milliseconds. */
export function milliseconds(text: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m)$/.exec(text) ?? []
  if (!number) throw new Error(`"${text}" is no length of time.`)
  return Number(number) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm']
}

/** What a machine has to have for an instance that is under load and holds as many waits as it may, in MiB. */
export function neededMiB(): number {
  const { instanceMiB, waiterKiB } = figures(readResults())
  return instanceMiB + (WAITS_PER_INSTANCE * waiterKiB) / 1024
}

/** The routes that each probe and balancer may ask. DESIGN.md, 3.1. */
export const ROUTED_ON = '/healthz'
export const WAITED_FOR = '/readyz'

/** The port that the server listens on where PORT is not set. */
export const PORT = SETTINGS.PORT.schema.parse(undefined)
