import { type SettingText, settingText } from '../../definition/setting-text.ts'
import { environmentName, mergeSettings, type SettingName, type Settings } from '../../definition/settings.ts'
import type { Diagnostic } from '../../errors/diagnostic.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { positionOf } from '../../source/line-index.ts'
import { makeVisible } from '../../source/visible.ts'
import { type Environment, isOn } from '../environment.ts'
import { failOnErrors } from '../inputs.ts'
import type { ConfigOptions } from '../options.ts'
import { FLAGS, loadEnvironment, readLayers, SETTING_NAMES, unknownVariables } from '../read-settings.ts'
import { selectReporters } from '../reporters.ts'
import { withVariables } from '../run-flags.ts'
import { readVariables } from '../variables.ts'

/** Who says a setting. */
type Origin =
  | { readonly kind: 'flag' | 'variable'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string; readonly line: number; readonly column: number }
  | { readonly kind: 'default' }

interface ShownSetting {
  readonly name: string
  readonly value: string
  readonly origin: Origin
}

const DEFAULTS: Readonly<Partial<Record<SettingName, string>>> = {
  dataStore: 'otlp: the embedded receiver',
  otlpListen: '127.0.0.1:4317, 127.0.0.1:4318, [::1]:4317, [::1]:4318',
  timeout: 'by the data store',
  lag: 'by the data store',
  flushDelay: 'not declared',
  links: 'follow for messages, else ignore',
  propagation: 'tracecontext, baggage',
  reporters: 'pretty',
  retries: '0',
  jobs: 'the processors, 8 at most',
  waitTimeout: '1m'
}

/** `tracerun config`: every setting, its value, and who says it. */
export async function showConfig(options: ConfigOptions, environment: Environment): Promise<ExitCode> {
  const { stdout, stderr, mask, variables } = environment
  const problems: Diagnostic[] = []
  mask.add(options.secret.flatMap(name => variables[name] ?? []))
  const general = variables['TRACERUN_VARIABLES'] ?? ''
  const given = [general, ...options.vars].filter(text => text !== '')
  const read = await readVariables(given, environment)
  const layers = await readLayers(options, { environment, load: loadEnvironment(environment), problems })
  failOnErrors(problems, false)
  for (const { name, near } of unknownVariables(variables))
    stderr.write(`warning: the variable ${name} has no effect${near ? `: did you mean ${near}?` : ''}\n`)

  const project = layers.project?.settings ?? {}
  // What run would refuse of them is refused here.
  const { reporters = [] } = mergeSettings([layers.flags, layers.fromEnvironment, project])
  selectReporters(
    reporters.map(({ value }) => value),
    undefined,
    environment
  )
  const texts = new Map<string, readonly [Settings, (name: SettingName) => Origin | undefined]>([
    ['flags', [layers.flags, name => (name === 'tests' ? undefined : { kind: 'flag', name: FLAGS[name] })]],
    ['variables', [layers.fromEnvironment, name => ({ kind: 'variable', name: environmentName(name) })]],
    ['project', [project, () => undefined]]
  ])
  const shown = SETTING_NAMES.map((name): ShownSetting => {
    for (const [layer, originOf] of texts.values()) {
      const text = settingText(name, layer)
      if (text) return { name, value: text.text, origin: originOf(name) ?? fileOrigin(text, layers.project) }
    }
    return { name, value: DEFAULTS[name] ?? '', origin: { kind: 'default' } }
  })
  const names = [
    ...read.map(source => ('isSecret' in source ? source.name : source.value)),
    ...(project.defaults?.variables ?? []).map(({ name }) => name),
    ...(project.defaults?.variableSets ?? []).map(({ value }) => value)
  ]
  const rows = mask.value([
    ...shown,
    ...runRows(options, variables),
    ...(names.length > 0 ? [variablesRow([...new Set(names)], options, general, layers.project)] : [])
  ])
  stdout.write(options.json ? `${JSON.stringify(rows, undefined, 2)}\n` : renderRows(rows))
  return 0
}

type ProjectFile = { readonly source: { readonly name: string } } | undefined

function fileOrigin({ location }: SettingText, project: ProjectFile): Origin {
  if (location === undefined) return { kind: 'file', file: project?.source.name ?? '', line: 1, column: 1 }
  return { kind: 'file', file: location.source.name, ...positionOf(location.source, location.range.start) }
}

/** What has a flag and a variable, and no key in the project file. */
function runRows(options: ConfigOptions, variables: Environment['variables']): readonly ShownSetting[] {
  const { bail, shard } = withVariables(options, variables)
  const row = (name: 'bail' | 'shard', value: string | undefined): ShownSetting => {
    const origin: Origin =
      value === undefined
        ? { kind: 'default' }
        : options[name] === undefined
          ? { kind: 'variable', name: `TRACERUN_${name.toUpperCase()}` }
          : { kind: 'flag', name: `--${name}` }
    return { name, value: value ?? '', origin }
  }
  const allowed = isOn(variables['TRACERUN_ALLOW_EXEC'])
  return [
    row('bail', bail === undefined ? undefined : String(bail)),
    row('shard', shard && `${shard.index}/${shard.count}`),
    {
      name: 'allowExec',
      value: allowed ? 'true' : 'false',
      origin: allowed ? { kind: 'variable', name: 'TRACERUN_ALLOW_EXEC' } : { kind: 'default' }
    }
  ]
}

/** Their values may be anybody's secrets: only their names are shown. */
function variablesRow(
  names: readonly string[],
  { vars }: ConfigOptions,
  general: string,
  project: ProjectFile
): ShownSetting {
  const origin: Origin =
    vars.length > 0
      ? { kind: 'flag', name: '--vars' }
      : general === ''
        ? { kind: 'file', file: project?.source.name ?? '', line: 1, column: 1 }
        : { kind: 'variable', name: 'TRACERUN_VARIABLES' }
  return { name: 'variables', value: names.join(', '), origin }
}

function renderRows(rows: readonly ShownSetting[]): string {
  const cells = rows.map(
    ({ name, value, origin }) => [name, makeVisible(value) || '-', originText(origin)] as const
  )
  const [names, values] = [0, 1].map(at => Math.min(60, Math.max(...cells.map(cell => cell[at]!.length))))
  return cells
    .map(([name, value, origin]) => `${name.padEnd(names!)}  ${value.padEnd(values!)}  ${origin}\n`)
    .join('')
}

function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'flag':
    case 'variable':
      return origin.name
    case 'file':
      return `${origin.file}:${origin.line}:${origin.column}`
    case 'default':
      return 'default'
  }
}
