import type { CommandShape, FlagShape, ValueShape } from './command-shape.ts'

/** For zsh with its completion system on: `compinit`. */
export function zshScript(commands: readonly CommandShape[]): string {
  const names = commands.map(({ name, description }) => quote(`${escapeColons(name)}:${description}`))
  return `#compdef tracerun
# tracerun completion zsh
_tracerun() {
  local context state line
  typeset -A opt_args
  _arguments -C '(- *)'{-h,--help}'[print this help]' '(- *)'{-V,--version}'[print the version]' '1: :->command' '*:: :->rest'
  case "$state" in
    command)
      local -a commands=(${names.join(' ')})
      _describe -t commands command commands
      ;;
    rest)
      case "$line[1]" in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}
if [[ "$funcstack[1]" == _tracerun ]]; then _tracerun "$@"; else compdef _tracerun tracerun; fi
`
}

function commandCase({ name, flags, value }: CommandShape): string {
  const specs = [...flags.flatMap(flagSpecs), ...argumentSpec(name, value)]
  return [`        ${name})`, `          _arguments ${specs.join(' ')}`, '          ;;'].join('\n')
}

function flagSpecs({ names, description, value }: FlagShape): readonly string[] {
  const text = description.replace(/[[\]\\]/g, '\\$&')
  const action = value ? `:${escapeColons(names.at(-1)!)}:${actionOf(value)}` : ''
  return names.map(name => quote(`*${name}${value && name.startsWith('--') ? '=' : ''}[${text}]${action}`))
}

function argumentSpec(name: string, value: ValueShape): readonly string[] {
  if (name === 'exec') return [quote('*::command:_normal')]
  return value.words.length > 0 || value.takesFiles ? [quote(`*:argument:${actionOf(value)}`)] : []
}

function actionOf({ words, takesFiles }: ValueShape): string {
  if (words.length > 0) return `(${words.join(' ')})`
  return takesFiles ? '_files' : ' '
}

function escapeColons(text: string): string {
  return text.replaceAll(':', '\\:')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
