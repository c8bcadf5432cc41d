import { type CommandShape, type FlagShape, namesOf } from './command-shape.ts'

/** For bash 4 and later, without the package bash-completion. */
export function bashScript(commands: readonly CommandShape[]): string {
  return `# tracerun completion bash
_tracerun() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="" command="" word position
  local IFS=$'\\n'
  COMPREPLY=()
  if ((COMP_CWORD > 0)); then previous="\${COMP_WORDS[COMP_CWORD-1]}"; fi
  for ((position = 1; position < COMP_CWORD; position++)); do
    word="\${COMP_WORDS[position]}"
    if [[ "$command" == exec && "$word" == -- ]]; then
      COMPREPLY=($(compgen -c -f -- "$current"))
      return
    fi
    if [[ -z "$command" && "$word" != -* ]]; then command="$word"; fi
  done
  # "=" is a word of its own where COMP_WORDBREAKS holds it.
  if [[ "$current" == "=" ]]; then return; fi
  if [[ "$previous" == "=" ]]; then
    if ((COMP_CWORD > 2)); then previous="\${COMP_WORDS[COMP_CWORD-2]}"; fi
    if [[ "$previous" != -* ]]; then COMPREPLY=($(compgen -f -- "$current")); return; fi
  fi
  case "$command" in
    '') COMPREPLY=($(compgen -W ${list([...commands.map(({ name }) => name), '--help', '--version'])} -- "$current")) ;;
${commands.map(commandCase).join('\n')}
  esac
  if [[ "\${COMPREPLY[0]:-}" == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o filenames -F _tracerun tracerun
`
}

function commandCase({ name, flags, value }: CommandShape): string {
  const all = namesOf(flags).filter(flag => flag.startsWith('--'))
  const byValue = flags.filter(flag => flag.value !== undefined)
  const cases = byValue.map(flag => `        ${flag.names.join('|')}) ${replyWith(flag)} return ;;`)
  return [
    `    ${name})`,
    ...(cases.length > 0 ? ['      case "$previous" in', ...cases, '      esac'] : []),
    `      if [[ "$current" == -* ]]; then COMPREPLY=($(compgen -W ${list(all)} -- "$current"))`,
    `      else COMPREPLY=($(compgen${value.takesFiles ? ' -f' : ''} -W ${list(value.words)} -- "$current")); fi`,
    '      ;;'
  ].join('\n')
}

function replyWith({ value }: FlagShape): string {
  const { words = [], takesFiles = false } = value ?? {}
  if (words.length === 0 && !takesFiles) return ''
  return `COMPREPLY=($(compgen${takesFiles ? ' -f' : ''} -W ${list(words)} -- "$current"));`
}

/** Words as bash takes them apart where lines are what divides them: names of files may hold blanks. */
function list(words: readonly string[]): string {
  return `$'${words.join('\\n')}'`
}
