// What follows `npm run bench --`.

import { parseArgs } from 'node:util'

export const USAGE = `npm run bench [-- OPTIONS]

  --only creation,start   some parts or measures
  --rounds 5              how often both sides take their turn
  --quick                 a fraction of the work, roughly right
  --ended 10000000        beside how many ended challenges the growth is measured; a million unless set
  --write                 writes the results into docs and README.md; with --only it replaces those of the named parts
  --profile creation      instead: where the server spends its time in one of the works
  --help                  this text`

export type BenchOptions = {
  only: string[]
  rounds: number
  quick: boolean
  ended: number
  write: boolean
  profile: string | undefined
  help: boolean
}

type Known = { parts: readonly string[]; works: readonly string[] }

/** What was asked for, or what is wrong about it. */
export function benchOptions(args: string[], { parts, works }: Known): BenchOptions | string {
  const parsed = parsedArgs(args)
  if (parsed instanceof Error) return `${parsed.message.split('. ')[0]!.replace(/\.$/, '')}.`
  const { only, rounds, quick, ended, profile, ...rest } = parsed.values
  const named = only.split(',').filter((name) => name !== '')
  const unknown = named.filter((name) => !parts.includes(name))
  if (unknown.length > 0) return `--only takes ${parts.join(', ')}, and not ${unknown.join(', ')}.`
  if (profile !== undefined && !works.includes(profile))
    return `--profile takes one of ${works.join(', ')}, and not ${profile}.`
  for (const [name, value] of Object.entries({ rounds, ended }))
    if (value !== undefined && !/^[1-9]\d{0,8}$/.test(value)) return `--${name} takes a whole number, and not ${value}.`
  return {
    ...rest,
    only: named,
    quick,
    rounds: Number(rounds ?? (quick ? 2 : 5)),
    ended: Number(ended),
    profile,
  }
}

function parsedArgs(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string', default: '' },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        ended: { type: 'string', default: '1000000' },
        write: { type: 'boolean', default: false },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    return error as Error
  }
}
