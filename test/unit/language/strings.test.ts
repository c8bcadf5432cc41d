import { describe, expect, test } from 'vitest'
import type { StringNode, TemplatePart } from '../../../src/language/ast.ts'
import { parseAssertion, parseSelector, parseTemplate } from '../../../src/language/parse.ts'
import { printAssertion, printExpression, printSelector, printTemplate } from '../../../src/language/print.ts'
import { readingOf } from '../../support/problem-text.ts'

/** Literal parts as they are, expressions printed in `${…}`. */
function shown(parts: readonly TemplatePart[]): readonly string[] {
  return parts.map(part => (typeof part === 'string' ? part : `\${${printExpression(part)}}`))
}

function ofSelector(string: string, operator = '='): readonly string[] | string {
  const text = `span[a ${operator} ${string}]`
  const outcome = parseSelector(text)
  if (!outcome.ok) return readingOf(text, outcome, () => '')
  const filter = outcome.value.items[0]?.steps[0]?.compound.filter
  if (filter?.kind !== 'compare-filter' || filter.value.kind !== 'string') throw new Error('no string')
  return shown(filter.value.parts)
}

function assertionString(text: string): StringNode {
  const outcome = parseAssertion(text)
  if (!outcome.ok) throw new Error(readingOf(text, outcome, () => ''))
  const { condition } = outcome.value
  if (condition.kind !== 'comparison' || condition.right.kind !== 'string') throw new Error('no string')
  return condition.right
}

function ofAssertion(string: string): readonly string[] {
  return shown(assertionString(`attr:x = ${string}`).parts)
}

describe('double quotes in a selector take the escapes of JSON', () => {
  test.each([
    ['"POST /cart"', 'POST /cart'],
    [String.raw`"say \"hi\""`, 'say "hi"'],
    [String.raw`"C:\\tmp\/x"`, 'C:\\tmp/x'],
    [String.raw`"a\nb\tc"`, 'a\nb\tc'],
    [String.raw`"\u00e9 \ud83d\uded2"`, 'é 🛒'],
    [String.raw`"\x41\101\U0001F6D2"`, 'AA🛒'],
    ['"line\nbreak"', 'line\nbreak'],
    [String.raw`"\u0024{x}"`, '${x}']
  ])('%s', (string, text) => {
    expect(ofSelector(string)).toEqual([text])
  })

  test('another backslash is a problem that points at it', () => {
    expect(ofSelector(String.raw`"\d+"`)).toMatchInlineSnapshot(`
      "\`\\d\` means nothing in double quotes
        \\d
        write \`\\\\d\`, or put the text in single quotes, where a backslash is itself"
    `)
  })
})

describe('single quotes in a selector are raw but for their own quote', () => {
  test.each([
    [String.raw`'\d+\n'`, String.raw`\d+\n`],
    [String.raw`'it\'s'`, "it's"],
    [String.raw`'say "hi" \"x\"'`, String.raw`say "hi" \"x\"`]
  ])('%s', (string, text) => {
    expect(ofSelector(string)).toEqual([text])
  })
})

describe('the right side of matches is raw in either quotes', () => {
  test.each([
    [String.raw`"^\d+$"`, String.raw`^\d+$`],
    [String.raw`"a\"b"`, String.raw`a\"b`],
    [String.raw`'it\'s'`, String.raw`it\'s`]
  ])('%s', (string, text) => {
    expect(ofSelector(string, 'matches')).toEqual([text])
  })
})

describe('in an assertion a backslash protects a quote and nothing else', () => {
  test.each([
    [String.raw`'\d+'`, String.raw`\d+`],
    [String.raw`'{"t":"a\nb \"c\""}'`, String.raw`{"t":"a\nb \"c\""}`],
    [String.raw`"it\"s \d+"`, String.raw`it"s \d+`],
    [String.raw`"a\\"`, String.raw`a\\`],
    ['"{\n  \n}"', '{\n  \n}'],
    ['"100% é"', '100% é']
  ])('%s', (string, text) => {
    expect(ofAssertion(string)).toEqual([text])
  })

  test('an empty string has no parts', () => {
    expect(ofAssertion('""')).toEqual([])
  })
})

describe('${…} in a string', () => {
  test.each([
    ['"${attr:n}"', ['${attr:n}']],
    ['"a ${attr:n + 1}-${uuid()} b"', ['a ', '${attr:n + 1}', '-', '${uuid()}', ' b']],
    [`'\${attr:j | regex "a{2}"}'`, ['${attr:j | regex "a{2}"}']],
    [`"\${attr:j | json_path '$.a[?(@.b == 1)]'} }"`, [`\${attr:j | json_path "$.a[?(@.b == 1)]"}`, ' }']],
    [`"\${attr:j | regex '}'}"`, ['${attr:j | regex "}"}']],
    ['"${}"', ['${}']],
    ['"${ }x"', ['${ }x']],
    ['"${attr:n"', ['${attr:n']],
    ['"$${attr:n}"', ['${attr:n}']],
    ['"costs $5 ${attr:n}"', ['costs $5 ', '${attr:n}']],
    ['"$$${attr:n}"', ['$${attr:n}']]
  ])('%s', (string, parts) => {
    expect(ofAssertion(string)).toEqual(parts)
  })

  test('is put into selectors from variables and the response', () => {
    expect(ofSelector('"order ${var:ID}"')).toEqual(['order ', '${var:ID}'])
    expect(ofSelector(`"\${response:body | json_path '$.id'}"`)).toEqual([
      '${response:body | json_path "$.id"}'
    ])
  })

  test('is no place in a selector for what only a span has', () => {
    expect(ofSelector('"${attr:id}"')).toContain('`attr:id` cannot stand here')
    expect(ofSelector('"${count()}"')).toContain('cannot be counted or read here')
  })

  test('is literal in a quoted key', () => {
    const outcome = parseSelector('span["${x}"=1]')
    expect(outcome.ok && printSelector(outcome.value)).toBe('span["${x}"=1]')
  })

  test('says what is wrong inside it, and where', () => {
    const text = 'attr:x = "a ${length(attr:y)} b"'
    expect(readingOf(text, parseAssertion(text), () => '')).toMatchInlineSnapshot(`
      "there is no function \`length\`
        length
        \`length\` is a filter: write it behind the value, as in \`attr:name | length\`"
    `)
  })
})

describe('a template', () => {
  test.each([
    ['http://shop/cart?q=a%20b', ['http://shop/cart?q=a%20b']],
    ['http://${var:HOST}/cart', ['http://', '${var:HOST}', '/cart']],
    [`{"name": "King's", "id": "\${uuid()}"}`, [`{"name": "King's", "id": "`, '${uuid()}', '"}']],
    [String.raw`a\n"b"`, [String.raw`a\n"b"`]],
    ['$${HOME} and ${}', ['${HOME} and ${}']],
    ["it's ${var:A | regex \"'}'\"} }", ["it's ", `\${var:A | regex "'}'"}`, ' }']],
    ['', []]
  ])('%j', (text, parts) => {
    const outcome = parseTemplate(text)
    expect(outcome.ok ? shown(outcome.value.parts) : outcome.problems).toEqual(parts)
  })

  test('prints as it reads', () => {
    const outcome = parseTemplate('$${HOME}/${var:A}')
    expect(outcome.ok && printTemplate(outcome.value)).toBe('$${HOME}/${var:A}')
  })

  test('has no span to read', () => {
    const text = 'http://shop/${attr:id}'
    expect(readingOf(text, parseTemplate(text), printTemplate)).toMatchInlineSnapshot(`
      "\`attr:id\` cannot stand here: there is no span here to read it from
        attr:id
        use \`var:\` for what is known before"
    `)
  })

  test('offers the literal sign where the braces are no expression', () => {
    const text = 'echo ${HOME}'
    expect(readingOf(text, parseTemplate(text), printTemplate)).toMatchInlineSnapshot(`
      "\`HOME\` is no value: a variable is written \`var:HOME\`
        HOME
        write \`var:HOME\`; \`$\${\` stands for \`\${\` itself"
    `)
  })
})

describe('a printed string', () => {
  test.each([
    [`attr:x = '{"id": 52}'`, `attr:x = '{"id": 52}'`],
    [`attr:x = "it's \\"so\\""`, `attr:x = "it's \\"so\\""`],
    [`attr:x = '\${attr:j | regex "a"}'`, `attr:x = "\${attr:j | regex 'a'}"`],
    [`attr:x = '\${attr:j | regex "it\\'s"}'`, `attr:x = '\${attr:j | regex "it\\'s"}'`],
    [`attr:x = '\${count(span[a="x"])}'`, `attr:x = "\${count(span[a='x'])}"`],
    [`attr:x = '\${count(span[a="\\\\"])}'`, `attr:x = '\${count(span[a="\\\\"])}'`]
  ])('%s is printed as %s, and reads as the same', (written, printed) => {
    const outcome = parseAssertion(written)
    expect(outcome.ok ? printAssertion(outcome.value) : outcome.problems).toBe(printed)
    const again = parseAssertion(printed)
    expect(again.ok && printAssertion(again.value)).toBe(printed)
  })
})
