import { selectReporters } from '../../src/cli/reporters.ts'
import type { Workspace } from '../support/run-inline.ts'

/** A call of the command line, found in a script. */
export interface CommandLine {
  readonly command: string
  readonly flags: readonly string[]
  readonly reporters: readonly string[]
}

const CALL =
  /(?:^|[\s'"(])(?:npx (?:--yes )?|node bin\/)?tracerun(?:\.js|@[\w.-]+)? ((?:"[^"]*"|'[^']*'|[^'"\n;|&#])+)/gm

/** The calls of tracerun in a script. What is behind `--` belongs to another command. */
export function findCommandLines(script: string): readonly CommandLine[] {
  const joined = script.replaceAll(/\\\r?\n\s*/g, ' ')
  return [...joined.matchAll(CALL)].flatMap(([, words]) => {
    const own = words!.split(/ -- | > /)[0]!
    const [, command] = /^([a-z]+)(?= |$)/.exec(own) ?? []
    return command === undefined ? [] : [{ command, ...readFlags(own) }]
  })
}

/** The flags of a text, and the reporters among them. */
export function readFlags(text: string): Omit<CommandLine, 'command'> {
  const quoted = text.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) =>
    String(double ?? single).replaceAll(/\s/g, '_')
  )
  return {
    flags: [...quoted.matchAll(/(?<=^|\s)--[a-z-]+/g)].map(([flag]) => flag),
    reporters: [...quoted.matchAll(/(?<=^|\s)--reporter[ =](\S+)/g)].map(match => match[1]!)
  }
}

/** Says what our own program would refuse of such a call: commands, flags and reporters that are not there. */
export function createJudge(workspace: Workspace): (line: CommandLine) => Promise<readonly string[]> {
  const helps = new Map<string, Promise<ReadonlySet<string> | undefined>>()
  const flagsOf = async (command: string): Promise<ReadonlySet<string> | undefined> => {
    const { stdout } = await workspace.run([command, '--help'])
    const isKnown = stdout.startsWith(`Usage: tracerun ${command}`)
    return isKnown ? new Set(stdout.match(/(?<=^|\s)--[a-z-]+/gm)) : undefined
  }
  return async ({ command, flags, reporters }) => {
    if (!helps.has(command)) helps.set(command, flagsOf(command))
    const known = await helps.get(command)
    if (known === undefined) return [`there is no command ${command}`]
    return [
      ...flags.filter(flag => !known.has(flag)).map(flag => `${command} has no ${flag}`),
      ...reporters.flatMap(refusalOf)
    ]
  }
}

/** A report in a file never hinders another one. */
function refusalOf(reporter: string): readonly string[] {
  try {
    selectReporters([reporter], undefined)
    return []
  } catch (error) {
    return [String(error)]
  }
}
