import type {
  ExamineContext,
  OptionProblem,
  TraceParent,
  Trigger,
  TriggerContext,
  TriggerResult
} from '../../plugin/trigger.ts'
import { examineCommand } from './examine.ts'
import type { ExecOptions } from './options.ts'
import { EXEC_SCHEMA } from './options.ts'

/** Runs a command of this machine, which takes the trace context from its environment. However it ends is data. */
export const execTrigger: Trigger<ExecOptions> = {
  kind: 'exec',
  optionsKey: 'exec',
  runsCommands: true,
  schema: EXEC_SCHEMA,
  templates: [['command'], ['command', '*'], ['env', '*'], ['stdin']],
  secrets: [],
  files: [['stdin']],
  paths: [['cwd']],
  examine(options: ExecOptions, context: ExamineContext): Promise<readonly OptionProblem[]> {
    return Promise.resolve(examineCommand(options, context))
  },
  async run(options: ExecOptions, parent: TraceParent, context: TriggerContext): Promise<TriggerResult> {
    // What starts processes is loaded where one is started: most commands start none.
    const { runCommand } = await import('./run-command.ts')
    return await runCommand(options, parent, context)
  }
}
