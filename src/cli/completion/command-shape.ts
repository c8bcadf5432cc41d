import type { Command, Option } from 'commander'
import { SCHEMA_NAMES } from '../commands/schema.ts'
import { REPORTER_WORDS } from '../reporters.ts'

export type Shell = 'bash' | 'zsh' | 'fish'

/** Shells that can be helped. */
export const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish']

/** What may follow a flag, or a command. */
export interface ValueShape {
  /** Words to choose from; one that ends with `=` goes on. */
  readonly words: readonly string[]
  readonly takesFiles: boolean
}

export interface FlagShape {
  /** `-f` and `--file`. */
  readonly names: readonly string[]
  readonly description: string
  /** Absent for a flag that is complete by itself, or may be. */
  readonly value?: ValueShape
}

export interface CommandShape {
  readonly name: string
  readonly description: string
  readonly flags: readonly FlagShape[]
  readonly value: ValueShape
}

/** Words that commander does not know of, by flag. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  '--reporter': REPORTER_WORDS,
  '--data-store': ['file=', 'jaeger=', 'otlp', 'tempo=', 'zipkin='],
  '--orphans': ['allow'],
  '--links': ['follow', 'ignore'],
  '--propagation': ['tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'none']
}

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  schema: SCHEMA_NAMES,
  completion: SHELLS
}

/** The commands of a program, as a shell needs to know them. */
export function shapesOf(program: Command): readonly CommandShape[] {
  const commands = program.commands.map((command): CommandShape => {
    const words = ARGUMENTS[command.name()] ?? []
    const takesFiles = command.registeredArguments.some(({ description }) => /file/.test(description))
    return {
      name: command.name(),
      description: command.description(),
      flags: [...command.options.filter(option => !option.hidden).map(shapeOf), HELP],
      value: { words, takesFiles }
    }
  })
  const names = commands.map(({ name }) => name)
  return [
    ...commands,
    {
      name: 'help',
      description: 'print the help of a command',
      flags: [],
      value: { words: names, takesFiles: false }
    }
  ]
}

const HELP: FlagShape = { names: ['-h', '--help'], description: 'print this help' }

function shapeOf(option: Option): FlagShape {
  const names = [option.short, option.long].filter(name => name != null)
  const { description, flags, argChoices } = option
  if (!option.required) return { names, description }
  const words = argChoices ?? WORDS[option.long ?? ''] ?? []
  const takesFiles = /<[^>]*(?:file|path)/.test(flags) && option.long !== '--reporter'
  return { names, description, value: { words, takesFiles } }
}

/** All names of the flags that take a value of this kind. */
export function namesOf(flags: readonly FlagShape[]): readonly string[] {
  return flags.flatMap(({ names }) => names)
}
