import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { findFences, readLines } from '../docs/markdown.ts'

/** A piece of YAML for another program, of the documentation. */
export interface Shown {
  readonly place: string
  readonly text: string
}

const PIPELINES = 'docs/pipelines'
const pages = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md'))
    .map(file => join('docs', file))
]

/** What the pages show of a kind: `github` is a fence of `yaml github` and the file `docs/pipelines/github.yml`. */
export function shownOf(kind: string): readonly Shown[] {
  const files = readdirSync(PIPELINES)
    .filter(file => file.startsWith(`${kind}.`))
    .map(file => ({ place: `${PIPELINES}/${file}`, text: readFileSync(join(PIPELINES, file), 'utf8') }))
  const fences = pages.flatMap(page =>
    findFences(readLines(page))
      .filter(({ language, info }) => language === 'yaml' && info === kind)
      .map(({ line, text }) => ({ place: `${page}:${line}`, text }))
  )
  return [...files, ...fences]
}

/** The documents of a text. Throws where it is no YAML. */
export function readDocuments(text: string): readonly unknown[] {
  return parseAllDocuments(text).map(document => {
    if (document.errors.length > 0) throw new Error(document.errors.map(error => error.message).join('\n'))
    return document.toJS() as unknown
  })
}

/** Every text in a document, and every list of words as one line. */
export function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) {
    const line = value.every(item => typeof item === 'string') ? [value.join(' ')] : []
    return [...line, ...value.flatMap(textsOf)]
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : []
}
