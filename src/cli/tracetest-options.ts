import { type Command, Option } from 'commander'
import { UsageError } from '../errors/errors.ts'
import { collect } from './command-options.ts'

/** `run test -f checkout.yaml` is how Tracetest spells it; a folder may be called test as well. */
export function withoutAlias(files: readonly string[], flagged: readonly string[]): readonly string[] {
  const [first = '', ...rest] = files
  const isAlias = ['test', 'testsuite', 'transaction'].includes(first) && flagged.length > 0
  return isAlias ? [...rest, ...flagged] : [...files, ...flagged]
}

/** Flags of Tracetest's command line, for scripts that still have them. */
export interface TracetestOptions {
  readonly environment: readonly string[]
  readonly requiredGates?: string
}

/** Takes the flags of Tracetest's command line. */
export function tracetestOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-e, --environment <file>', 'older spelling of --vars')
        .argParser(collect)
        .default([])
        .hideHelp()
    )
    .option('--required-gates <gates>', 'test-specs, as in Tracetest: the only gate there is')
}

/** The specs of a test always decide; a gate that nobody watches would let pass what it should stop. */
export function checkGates(gates: string | undefined): void {
  const others = (gates ?? '').split(',').filter(gate => !['', 'test-specs'].includes(gate.trim()))
  if (others.length > 0)
    throw new UsageError(`--required-gates: there is no gate ${others.join(', ')} in this version`, {
      hint: 'the analyzer that rates traces is still to come: leave all gates but test-specs out'
    })
}
