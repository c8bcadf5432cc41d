import type { CommanderError } from 'commander'
import { UsageError } from '../errors/errors.ts'
import { suggest } from '../errors/suggest.ts'
import { NOT_NEEDED, OTHERWISE } from './help.ts'

/** What commander refuses, in our words and with a way out. */
export function usageError(
  error: CommanderError,
  words: readonly string[],
  commandNames: readonly string[]
): UsageError {
  const [command = '', ...more] = words
  if (error.code === 'commander.help') {
    const wanted = more.find(word => !word.startsWith('-')) ?? ''
    const near = suggest(wanted, commandNames)
    return new UsageError(`unknown command '${wanted}'`, {
      hint: near ? `did you mean ${near}?` : `there are ${commandNames.join(', ')}`
    })
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const word = /'(-{0,2}[\w-]+)/.exec(first)?.[1] ?? ''
  const instead = OTHERWISE.get(word)
  if (instead !== undefined && error.code.startsWith('commander.unknown'))
    return new UsageError(`there is no flag ${word}`, { hint: instead })
  const away = NOT_NEEDED.get(word)
  if (away !== undefined && error.code.startsWith('commander.unknown'))
    return new UsageError(`"${word}" is of Tracetest, and has no counterpart here`, { hint: away })
  if (command === 'init' && error.code === 'commander.unknownOption')
    return new UsageError(first, {
      hint: 'is it one of curl? Put the whole curl command in quotes, or `--` before it'
    })
  const suggestion = rest.join(' ').replace(/^\((.*)\)$/, '$1')
  const help = commandNames.includes(command) ? `tracerun ${command} --help` : 'tracerun --help'
  return new UsageError(first, { hint: suggestion === '' ? `see: ${help}` : suggestion })
}
