import { UsageError } from '../../errors/errors.ts'
import type { ExitCode } from '../../errors/exit-code.ts'
import { suggest } from '../../errors/suggest.ts'
import { bashScript } from '../completion/bash.ts'
import { type CommandShape, SHELLS, type Shell } from '../completion/command-shape.ts'
import { fishScript } from '../completion/fish.ts'
import { zshScript } from '../completion/zsh.ts'
import type { Environment } from '../environment.ts'

const SCRIPTS: Readonly<Record<Shell, (commands: readonly CommandShape[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript
}

/** `tracerun completion`: what a shell reads to complete our commands and flags. */
export function printCompletion(
  shell: string,
  commands: readonly CommandShape[],
  environment: Environment
): ExitCode {
  const known = SHELLS.find(name => name === shell)
  if (known === undefined) {
    const near = suggest(shell, SHELLS)
    throw new UsageError(`there is no completion for "${shell}"`, {
      hint: near ? `did you mean ${near}?` : `there are ${SHELLS.join(', ')}`
    })
  }
  environment.stdout.write(SCRIPTS[known](commands))
  return 0
}
