// The arguments of a command: --help is answered, and what it doesn't know is refused with how it is used.

import { parseArgs } from 'node:util'

type Command = { help: string; allowPositionals?: boolean }

/** The arguments that are no options. Ends the process after --help and after a mistake. */
export function readArguments({ help, allowPositionals = false }: Command): string[] {
  try {
    const { values, positionals } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } }, allowPositionals })
    if (!values.help) return positionals
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help.trimEnd()}`)
    process.exit(2)
  }
  console.log(help.trimEnd())
  process.exit(0)
}

/** What stops a command, a line each, and the process with it. */
export function exitWith(faults: string[]): never {
  for (const fault of faults) console.error(fault)
  process.exit(1)
}
