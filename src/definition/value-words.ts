import type { Annotations } from './annotations.ts'
import { plainValue, type ValueNode } from './tree.ts'

const LONGEST_SHOWN = 40

/** A value in the words of someone who writes YAML. */
export function describe(node: ValueNode): string {
  switch (node.kind) {
    case 'list':
      return 'a list'
    case 'map':
      return 'a mapping'
    case 'scalar': {
      const { text } = node.text
      const shown = text.length > LONGEST_SHOWN || text.includes('\n') ? undefined : text
      if (node.value === null) return 'nothing'
      if (typeof node.value === 'boolean') return `\`${String(node.value)}\``
      if (typeof node.value === 'string')
        return shown === undefined ? 'a long text' : text === '' ? 'an empty text' : `the text "${shown}"`
      return `\`${text}\``
    }
  }
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  null: 'nothing'
}

/** Types of JSON Schema in the same words. */
export function typeWords(types: string | readonly string[] | undefined): string {
  const names = typeof types === 'string' ? types.split(',') : (types ?? [])
  // Where a text is fine, YAML's other scalars are as well: saying so would only confuse.
  const plain = names.includes('string')
    ? names.filter(name => name !== 'number' && name !== 'boolean')
    : names
  return plain.map(name => TYPE_WORDS[name] ?? name).join(' or ')
}

/** `5` where `5s` was meant. */
export function durationFix(node: ValueNode): string | undefined {
  if (node.kind !== 'scalar') return undefined
  const number = /^(\d+(?:\.\d+)?)\s*(ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)?$/.exec(
    node.text.text
  )
  if (!number) return undefined
  const [, amount, unit = ''] = number
  const short = unit.startsWith('ms') || unit.startsWith('milli') ? 'ms' : unit.charAt(0)
  return short ? `write it as \`${amount}${short}\`` : `say which unit: \`${amount}s\` or \`${amount}ms\``
}

/** YAML makes a mapping of an unquoted text with a colon and a space in it. */
export function unquotedColon(node: ValueNode): string | undefined {
  const [first, second] = node.kind === 'map' ? node.entries : []
  const isSentence = first !== undefined && second === undefined && /[\s="'[\]()]/.test(first.key)
  return isSentence ? 'a text that holds a colon and a space must be in quotes' : undefined
}

/** What was written, in the form that is expected. */
export function shapeFix(node: ValueNode, schema: Annotations): string | undefined {
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? [])
  const { key, value } = schema.items?.properties ?? {}
  if (types.includes('array') && !types.includes('object')) {
    if (node.kind === 'map' && key && value)
      return 'write each as an entry of its own: `- { key: NAME, value: TEXT }`'
    return node.kind === 'scalar' && node.text.text.length < LONGEST_SHOWN
      ? `write it as a list: \`[${node.text.text}]\``
      : undefined
  }
  if (node.kind === 'scalar' || !types.includes('string') || types.includes('object')) return undefined
  const json = JSON.stringify(plainValue(node, true), (_key, part: unknown) =>
    typeof part === 'bigint' ? Number(part) : part
  )
  const isLong = json.length > 60 || json.includes("'")
  return `write it as a text: ${isLong ? 'put it in quotes, or in a block after `|`' : `\`'${json}'\``}`
}

/** Choices for a sentence: `a`, `b` or `c`. */
export function listChoices(choices: readonly string[]): string {
  const quoted = choices.map(choice => `\`${choice}\``)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}
