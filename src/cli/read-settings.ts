import type { LoadEnvironment } from '../definition/load.ts'
import type { Project } from '../definition/project.ts'
import { loadProject } from '../definition/project.ts'
import type { SettingName, Settings, VariableSource } from '../definition/settings.ts'
import { environmentName, mergeSettings, parseSettings } from '../definition/settings.ts'
import type { Diagnostic, Outcome } from '../errors/diagnostic.ts'
import type { Environment } from './environment.ts'
import type { SettingOptions, SourceOptions } from './options.ts'

/** What flags, variables of the process and the project file say together, the first to speak deciding. */
export interface ReadSettings {
  readonly settings: Settings
  /** Absent where there is no project file. */
  readonly project: Project | undefined
}

export interface SettingsSources {
  readonly environment: Environment
  readonly load: LoadEnvironment
  /** Of `--vars`. */
  readonly variables?: readonly VariableSource[]
  /** Takes what is wrong with any of them. */
  readonly problems: Diagnostic[]
}

/** Reads the settings of a command. Rejects with `UsageError` where the project file cannot be read. */
export async function readSettings(
  options: Pick<SourceOptions, 'config'> & Partial<SettingOptions>,
  { environment, load, variables = [], problems }: SettingsSources
): Promise<ReadSettings> {
  const take = <T>(outcome: Outcome<T>): T | undefined => {
    problems.push(...outcome.problems)
    return outcome.ok ? outcome.value : undefined
  }
  const flags = take(parseSettings(flagTexts(options), name => (name === 'tests' ? name : FLAGS[name])))
  const fromEnvironment = take(parseSettings(environmentTexts(environment), environmentName))
  const project = take(await loadProject(load, options.config))
  const settings = mergeSettings([{ ...flags, variables }, fromEnvironment ?? {}, project?.settings ?? {}])
  return { settings, project }
}

/** What reading files needs of the world. */
export function loadEnvironment(environment: Environment): LoadEnvironment {
  return {
    cwd: environment.cwd,
    readStdin: () => {
      environment.debug('reading standard input')
      return environment.readStdin()
    },
    variables: environment.variables,
    hide: secret => environment.mask.add([secret])
  }
}

/** How a flag is written, for messages. */
const FLAGS: Readonly<Record<Exclude<SettingName, 'tests'>, string>> = {
  jobs: '--jobs',
  retries: '--retries',
  timeout: '--timeout',
  flushDelay: '--flush-delay',
  lag: '--lag',
  tailSampling: '--tail-sampling',
  absenceWindow: '--absence-window',
  async: '--async',
  external: '--external',
  orphans: '--orphans',
  links: '--links',
  dataStore: '--data-store',
  otlpListen: '--otlp-listen',
  otlpCors: '--otlp-cors',
  otlpForward: '--otlp-forward',
  endpoint: '--endpoint',
  propagation: '--propagation',
  traceUrl: '--trace-url',
  reporters: '--reporter',
  waitFor: '--wait-for',
  waitTimeout: '--wait-timeout'
}

const SETTING_NAMES = ['tests', ...(Object.keys(FLAGS) as (keyof typeof FLAGS)[])] as const

function flagTexts(options: Partial<SettingOptions>): ReadonlyMap<SettingName, string> {
  const { external, otlpListen, otlpCors, reporter, waitFor, ...single } = options
  const texts: Partial<Record<SettingName, string | undefined>> = {
    ...single,
    external: joined(external),
    otlpListen: joined(otlpListen),
    otlpCors: joined(otlpCors),
    reporters: joined(reporter),
    waitFor: joined(waitFor)
  }
  return new Map(
    SETTING_NAMES.flatMap(name => {
      const text = texts[name]
      return text === undefined ? [] : [[name, text]]
    })
  )
}

function environmentTexts({ variables }: Environment): ReadonlyMap<SettingName, string> {
  return new Map(
    SETTING_NAMES.flatMap(name => {
      const text = variables[environmentName(name)]
      return text === undefined || text === '' ? [] : [[name, text]]
    })
  )
}

function joined(texts: readonly string[] | undefined): string | undefined {
  return texts === undefined || texts.length === 0 ? undefined : texts.join(',')
}
