// The arguments of a command: --help is answered, and what it doesn't know is refused with how it is used.

import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

type Command = { help: string; allowPositionals?: boolean }

/** The arguments that are no options. Ends the process after --help and after a mistake. */
export function readArguments(command: Command): string[] {
  return readCommandLine({ ...command, options: {} }).positionals
}

/** As above, with the options of the command's own. */
export function readCommandLine({
  help,
  allowPositionals = false,
  options,
}: Command & { options: ParseArgsOptionsConfig }): { positionals: string[]; values: Record<string, unknown> } {
  try {
    const all: ParseArgsOptionsConfig = { ...options, help: { type: 'boolean', short: 'h' } }
    const { positionals, values } = parseArgs({ options: all, allowPositionals })
    if (!values.help) return { positionals, values }
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
