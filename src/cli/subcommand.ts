// The first word of a command's arguments is one of its subcommands, with arguments of its own. What is wrong with them is
// said before the database is opened.

import type { ParseArgsOptionsConfig } from 'node:util'
import { readCommandLine } from './command-line.ts'

/** The names of a subcommand's arguments. `[file]` may be left out, of `id…` there may be several. */
export type Subcommands = Readonly<Record<string, readonly string[]>>

type Program<S extends Subcommands> = {
  /** `admin` of `npm run admin`. */
  name: string
  help: string
  subcommands: S
  options?: ParseArgsOptionsConfig
}

type Subcommand<S extends Subcommands> = {
  command: keyof S & string
  args: string[]
  values: Record<string, unknown>
}

/** Ends the process after the help, which is shown where there is no subcommand, and after a mistake. */
export function readSubcommand<S extends Subcommands>({
  name,
  help,
  subcommands,
  options = {},
}: Program<S>): Subcommand<S> {
  const { positionals, values } = readCommandLine({ help, allowPositionals: true, options })
  const [command, ...args] = positionals
  if (command === undefined) {
    console.log(help)
    process.exit(0)
  }
  const fault = subcommandFault({ name, help, subcommands }, command, args)
  if (fault !== null) {
    console.error(fault)
    process.exit(2)
  }
  return { command, args, values }
}

/** `null`: there is such a subcommand, and it has the arguments that it takes. */
export function subcommandFault(
  { name: program, help, subcommands }: Program<Subcommands>,
  command: string,
  args: readonly string[],
): string | null {
  if (!Object.hasOwn(subcommands, command)) return `There is no such command: ${command}\n\n${help.trimEnd()}`
  const names = subcommands[command]!
  const missing = names.slice(args.length).find((name) => !name.startsWith('['))
  const usage = `npm run ${program} -- ${[command, ...names.map(written)].join(' ')}`
  if (missing !== undefined) return `${command}: ${written(missing)} is missing. Write it as\n\n  ${usage}`
  const isEndless = names.at(-1)?.endsWith('…') ?? false
  if (args.length > names.length && !isEndless)
    return `${command}: "${args[names.length]}" is one argument too many. What has blanks in it stands in quotes. Write it as\n\n  ${usage}`
  return null
}

function written(name: string): string {
  return name.startsWith('[') ? name : name.endsWith('…') ? `<${name.slice(0, -1)}> …` : `<${name}>`
}
