import type { CommandShape, FlagShape, ValueShape } from './command-shape.ts'

/** For fish 3 and later. */
export function fishScript(commands: readonly CommandShape[]): string {
  const names = commands.map(({ name }) => name).join(' ')
  return [
    '# tracerun completion fish',
    'complete -c tracerun -f',
    `set -l commands ${names}`,
    `complete -c tracerun -n "not __fish_seen_subcommand_from $commands" -s h -l help -d ${quote('print this help')}`,
    `complete -c tracerun -n "not __fish_seen_subcommand_from $commands" -s V -l version -d ${quote('print the version')}`,
    ...commands.map(
      ({ name, description }) =>
        `complete -c tracerun -n "not __fish_seen_subcommand_from $commands" -a ${name} -d ${quote(description)}`
    ),
    ...commands.flatMap(linesOf),
    ''
  ].join('\n')
}

function linesOf({ name, flags, value }: CommandShape): readonly string[] {
  const start = `complete -c tracerun -n '__fish_seen_subcommand_from ${name}'`
  const words = value.words.length > 0 ? [`${start} -a ${quote(value.words.join(' '))}`] : []
  const files = value.takesFiles || name === 'exec' ? [`${start} -F`] : []
  return [...words, ...files, ...flags.map(flag => `${start} ${flagText(flag)}`)]
}

function flagText({ names, description, value }: FlagShape): string {
  const spelt = names.map(name => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  return [...spelt, ...(value ? [valueText(value)] : []), `-d ${quote(description)}`].join(' ')
}

function valueText({ words, takesFiles }: ValueShape): string {
  const mode = takesFiles ? '-r -F' : '-x'
  return words.length > 0 ? `${mode} -a ${quote(words.join(' '))}` : mode
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`
}
