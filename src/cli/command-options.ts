import { type Command, Option } from 'commander'
import { parseBail, parseShard, parseWhole } from './run-flags.ts'

const MOST_REPEATS = 1000

/** `-f` gathers what may stand as arguments too. */
export interface FileOption {
  readonly file: readonly string[]
}

/** What says which files are read, and with what values. */
export function sourceOptions(command: Command): Command {
  command.option('-f, --file <path>', 'a file, directory or glob; may be given again', collect, [])
  return projectOptions(variableOptions(command).option('--strict', 'a warning is a failure', false))
}

/** What gives values to what the files leave open. */
function variableOptions(command: Command): Command {
  return command
    .option('--vars <file|set|NAME=value>', 'variables: one, a file or a set of them', collect, [])
    .option('--secret <name>', 'a variable whose value must appear nowhere', collect, [])
}

/** What every command that reads a project takes. */
export function projectOptions(command: Command): Command {
  return command
    .option('--config <file>', 'the project file, instead of the nearest tracerun.yaml')
    .option('--debug', 'say what happens inside, on standard error')
}

/** What says where traces come from. */
export function storeOptions(command: Command): Command {
  return dataStoreOption(command).option(
    '--trace-url <url>',
    'the link to a trace in reports, with {traceId} in it'
  )
}

/** What chooses among the tests of the files. */
export function selectionOptions(command: Command): Command {
  return shardOption(
    command
      .option(
        '--tag <expression>',
        'run the tests whose tags match, such as "smoke and not slow"',
        collect,
        []
      )
      .option('--grep <pattern>', 'run the tests whose name fits a regular expression', collect, [])
      .option('--grep-invert <pattern>', 'leave out the tests whose name fits one', collect, [])
      .option('--last-failed', 'run the tests that did not pass last time', false)
  ).option('--pass-with-no-tests', 'no test to run is a success', false)
}

function shardOption(command: Command): Command {
  return command.addOption(
    new Option('--shard <index/total>', 'run one of several parts, such as 2/5').argParser(text =>
      parseShard(text, '--shard')
    )
  )
}

function bailOption(command: Command): Command {
  return command.addOption(
    new Option('--bail [n]', 'start no further test after so many that do not pass; 1 if left out')
      .preset('1')
      .argParser(text => parseBail(text, '--bail'))
  )
}

/** Every setting that the project file may have as well. */
function settingOptions(command: Command): Command {
  return storeOptions(endpointOption(command))
    .option('--jobs <n>', 'requests in flight at once')
    .option('--retries <n>', 'how often a test that does not pass is run again')
    .option('--timeout <duration>', 'how long to wait for a trace after the answer, such as 30s')
    .option('--polling-profile <name>', 'a polling profile among the files, instead of those of the tests')
    .option('--flush-delay <duration>', 'how long the system keeps ended spans before it sends them')
    .option('--lag <duration>', 'from a span being sent until the backend answers with it')
    .option('--tail-sampling <duration>', 'how long a collector waits before it decides on a trace')
    .option('--absence-window <duration>', 'how long to watch a complete trace for "no more than"')
    .option('--async <duration>', 'how long after a message was sent its consumer may begin')
    .option('--external <host>', 'a host that is called and sends no spans', collect, [])
    .option(
      '--propagation <formats>',
      'how the trace context is sent: tracecontext,baggage,b3,b3multi,jaeger,xray'
    )
    .option('--orphans <allow>', 'allow: spans whose parent never comes are no hole')
    .option('--links <follow|ignore>', 'whether traces that link to that of the test belong to it')
    .option('--otlp-listen <host:port>', 'where the embedded receiver listens', collect, [])
    .option(
      '--otlp-cors <origin>',
      'a web page that may send spans, such as https://shop.example',
      collect,
      []
    )
    .option('--otlp-forward <url>', 'where it sends everything on to, such as http://localhost:14318')
    .option(
      '--wait-for <url>',
      'what must answer before the first test: http://…, tcp://host:port',
      collect,
      []
    )
    .option('--wait-timeout <duration>', 'how long that may take, such as 60s')
}

/** All that `run` takes, and what starts a system for it. */
export function runOptions(command: Command): Command {
  bailOption(settingOptions(selectionOptions(sourceOptions(command))))
    .addOption(
      new Option('--repeat <n>', 'run each test so often').argParser(text =>
        parseWhole(text, '--repeat', [1, MOST_REPEATS])
      )
    )
    .option('--fail-on-flaky', 'a test that passes only when it is run again is a failure', false)
    .option('--allow-exec', 'tests may run commands of this machine', false)
    .addOption(
      new Option('--quiet', 'show only what did not pass, and the totals').default(false).conflicts('verbose')
    )
    .option('--verbose', 'show of each test, passed ones too, the answer, every check and the trace', false)
  return reporterOptions(command)
}

/** What `config` can say the origin of. */
export function configOptions(command: Command): Command {
  const all = settingOptions(projectOptions(variableOptions(command)))
  return shardOption(bailOption(all)).option('--reporter <name[=path]>', 'as run takes it', collect, [])
}

/** Which data store is asked. */
export function dataStoreOption(command: Command): Command {
  return command.option(
    '--data-store <kind=address>',
    'where traces come from, such as jaeger=http://localhost:16686'
  )
}

/** Where relative URLs lead. */
export function endpointOption(command: Command): Command {
  return command.option('--endpoint <url>', 'what relative URLs are resolved against')
}

/** What is reported, and where to. */
export function reporterOptions(command: Command): Command {
  return command
    .option(
      '--reporter <name[=path]>',
      'pretty, json, ndjson, junit=FILE, html=FILE, github; may be given again',
      collect,
      []
    )
    .option('-j, --junit <file>', 'short for --reporter junit=FILE')
    .addOption(new Option('-o, --output <format>', 'what standard output shows').choices(['pretty', 'json']))
}

/** Gathers an option that may be given again. */
export function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}
