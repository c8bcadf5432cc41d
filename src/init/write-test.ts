import { Document, type Scalar, visit } from 'yaml'
import type { Secret } from './conceal-secrets.ts'
import type { ProposedSpec } from './propose-checks.ts'
import type { SketchedBody, SketchedRequest } from './request.ts'

/** A test as it is to be written. */
export interface SketchedTest {
  readonly name: string
  /** Its URL is a path where the project names the endpoint. */
  readonly request: SketchedRequest
  readonly secrets: readonly Secret[]
  readonly specs: readonly ProposedSpec[]
  /** What the reader of the file must know, a line each. */
  readonly remarks: readonly string[]
}

/** The YAML of a test: bodies as blocks, JSON indented. */
export function renderTest(test: SketchedTest): string {
  const document = new Document(contentOf(test))
  if (test.remarks.length > 0) document.commentBefore = test.remarks.map(remark => ` ${remark}`).join('\n')
  visit(document, {
    Scalar(_, node: Scalar) {
      if (typeof node.value === 'string' && node.value.includes('\n')) node.type = 'BLOCK_LITERAL'
    }
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: true })
}

function contentOf({ name, request, secrets, specs }: SketchedTest): object {
  const declared = secrets.filter(({ isDeclared }) => isDeclared)
  return {
    type: 'Test',
    spec: {
      name,
      ...(declared.length === 0
        ? {}
        : {
            variables: declared.map(secret => ({
              key: secret.name,
              value: `\${${secret.name}}`,
              type: 'secret'
            }))
          }),
      trigger: { type: 'http', httpRequest: requestContent(request) },
      specs: specs.map(spec => ({
        name: spec.name,
        ...(spec.selector === undefined ? {} : { selector: spec.selector }),
        assertions: spec.assertions
      }))
    }
  }
}

function requestContent({ method, url, headers, auth, body, verifiesTls }: SketchedRequest): object {
  return {
    method,
    url,
    ...(headers.length === 0 ? {} : { headers: headers.map(({ key, value }) => ({ key, value })) }),
    ...(auth === undefined ? {} : { auth: authContent(auth) }),
    ...(body === undefined ? {} : { body: bodyText(body) }),
    ...(verifiesTls ? {} : { sslVerification: false })
  }
}

function authContent({ type, ...block }: NonNullable<SketchedRequest['auth']>): object {
  return { type, [type]: block }
}

function bodyText(body: SketchedBody): string {
  if ('file' in body) return body.file
  const text = indentJson(body.text)
  // A text that begins like this would be taken for the path of a file.
  return /^(?:\.{1,2}[\\/]|\/)[^\n]*$/.test(text) ? `\${"${text[0]}"}${text.slice(1)}` : text
}

/** JSON with an entry a line, every token as it was; any other text as it is. */
function indentJson(text: string): string {
  if (!/^\s*[[{]/.test(text) || !isJson(text)) return text
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? []
  let depth = 0
  let written = ''
  for (const [at, token] of tokens.entries()) {
    const next = tokens[at + 1]
    const isEmpty = (token === '{' && next === '}') || (token === '[' && next === ']')
    if ((token === '}' || token === ']') && !isOpening(tokens[at - 1])) written += newLine(--depth)
    else if (token === '}' || token === ']') depth--
    written += token === ':' ? ': ' : token
    if (isOpening(token)) depth++
    if ((isOpening(token) && !isEmpty) || token === ',') written += newLine(depth)
  }
  return written
}

function isOpening(token: string | undefined): boolean {
  return token === '{' || token === '['
}

function newLine(depth: number): string {
  return `\n${'  '.repeat(depth)}`
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
