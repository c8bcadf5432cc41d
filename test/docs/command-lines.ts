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

/** Says what our own program refuses of such a call: commands, flags and reporters that are not there. */
export function createJudge(workspace: Workspace): (line: CommandLine) => Promise<readonly string[]> {
  const flagsOf = memo(async command => {
    const { stdout } = await workspace.run([command, '--help'])
    const isKnown = stdout.startsWith(`Usage: tracerun ${command}`)
    return isKnown ? new Set(stdout.match(/(?<=^|\s)--[a-z-]+/gm)) : undefined
  })
  // Reporters are looked at before it turns out that no test is meant, and nothing is written.
  const refusalOf = memo(async reporter => {
    await workspace.write('any.yaml', ANY_TEST)
    const { stderr } = await workspace.run(['run', 'any.yaml', '--grep', 'none', '--reporter', reporter])
    return stderr.includes('no test was run') ? [] : [stderr]
  })
  return async ({ command, flags, reporters }) => {
    const known = await flagsOf(command)
    if (known === undefined) return [`there is no command ${command}`]
    const unknown = flags.filter(flag => !known.has(flag)).map(flag => `${command} has no ${flag}`)
    const named = reporters.map(reporter => reporter.replace(/=.*/, '=report'))
    return [...unknown, ...(await Promise.all(named.map(refusalOf))).flat()]
  }
}

const ANY_TEST = `type: Test
spec:
  name: any
  trigger: { type: http, httpRequest: { url: http://localhost:8080/ } }
  specs: [{ selector: span, assertions: [count() > 0] }]
`

function memo<Value>(compute: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const known = new Map<string, Promise<Value>>()
  return key => {
    const value = known.get(key) ?? compute(key)
    known.set(key, value)
    return value
  }
}
