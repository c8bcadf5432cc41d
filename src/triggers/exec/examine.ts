import type { ExamineContext, OptionProblem } from '../../plugin/trigger.ts'
import type { ExecOptions } from './options.ts'
import { splitWords } from './words.ts'

/** What is wrong with a command, as far as it is known before it runs. */
export function examineCommand(
  { command, shell = false }: Partial<ExecOptions>,
  { fillingAt }: Pick<ExamineContext, 'fillingAt'>
): readonly OptionProblem[] {
  const path = ['command']
  if (!shell && fillingAt(path) !== 'none')
    return [
      {
        path,
        message: 'a command with `${…}` in it cannot be one text: what is filled in would be taken apart too',
        hint: 'write it as a list of words: `command: [node, enqueue.js, "${var:ORDER}"]`'
      }
    ]
  if (typeof command !== 'string')
    return shell && command !== undefined
      ? [{ path, message: '`shell: true` takes the command as one text', hint: 'or leave `shell` out' }]
      : []
  if (shell) return []
  const words = splitWords(command)
  if (!('problem' in words)) return []
  const hint = 'put the word in quotes, or let a shell read the text: `shell: true`'
  return [{ path, message: words.problem, hint }]
}
