import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { openWorkspace, runInline } from '../support/run-within.ts'
import { createJudge, findCommandLines } from './command-lines.ts'
import { findFences, readLines } from './markdown.ts'

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'examples/shop/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.md'))
    .map(file => join('docs', file))
]
const fences = pages.flatMap(page => findFences(readLines(page)).map(fence => ({ page, ...fence })))
const titled = (info: (fence: (typeof fences)[number]) => boolean): [string, (typeof fences)[number]][] =>
  fences.filter(info).map(fence => [`${fence.page}:${fence.line}`, fence])

const TEST_FILE = `type: Test
spec:
  name: anything
  trigger: { type: http, httpRequest: { url: http://localhost:8080/ } }
  specs: [{ selector: span, assertions: [count() > 0] }]
`

/** What is more of them than YAML, test/pipelines looks at. */
const FOREIGN = ['github', 'gitlab', 'compose', 'kubernetes', 'collector']

describe('every file shown is one that validate accepts', () => {
  test.each(titled(fence => fence.language === 'yaml' && fence.info === ''))('%s', async (_, fence) => {
    const [, type] = /^type: (\w+)/m.exec(fence.text) ?? []
    const result =
      type === undefined
        ? await runInline({ 'a.yaml': TEST_FILE, 'tracerun.yaml': fence.text }, ['validate', 'a.yaml'])
        : await runInline({ 'shown.yaml': fence.text, 'a.yaml': type === 'Test' ? '' : TEST_FILE }, [
            'validate',
            ...(type === 'Test' ? ['shown.yaml'] : ['shown.yaml', 'a.yaml'])
          ])
    expect(result.stderr + result.stdout).not.toMatch(/error|warning/)
    expect(result.exitCode).toBe(0)
  })
})

describe('every project file shown is one that validate accepts', () => {
  test.each(titled(fence => fence.language === 'yaml' && fence.info === 'project'))(
    '%s',
    async (_, fence) => {
      const result = await runInline({ 'a.yaml': TEST_FILE, 'tracerun.yaml': fence.text }, [
        'validate',
        'a.yaml'
      ])
      expect(result.stderr).toBe('')
      expect(result.exitCode).toBe(0)
    }
  )
})

describe('every entry of specs shown is one that validate accepts', () => {
  test.each(titled(fence => fence.language === 'yaml' && fence.info === 'spec'))('%s', async (_, fence) => {
    const entry = `- ${fence.text.replaceAll('\n', '\n  ')}`.replaceAll('\n', '\n    ')
    const file = TEST_FILE.replace(/specs: .*/, `specs:\n    ${entry}`)
    const result = await runInline({ 'a.yaml': file }, ['validate', 'a.yaml'])
    expect(result.stderr).toBe('')
    expect(result.exitCode).toBe(0)
  })
})

test('every schema that an editor is told of is in the package', () => {
  const schemas = fences.flatMap(({ page, line, text }) =>
    [...text.matchAll(/\$schema=\.\/node_modules\/tracerun\/(\S+)/g)].map(([, path]) => ({
      place: `${page}:${line}`,
      path: path!
    }))
  )
  expect(schemas.length).toBeGreaterThan(0)
  for (const { place, path } of schemas) expect(existsSync(path), place).toBe(true)
})

test('every configuration of another program shown is YAML', () => {
  const foreign = titled(fence => fence.language === 'yaml' && FOREIGN.includes(fence.info))
  for (const [place, fence] of foreign) expect(parseDocument(fence.text).errors, place).toEqual([])
})

test('every piece of YAML shown is of a kind that is checked', () => {
  const kinds = ['', 'project', 'spec', ...FOREIGN]
  const others = fences.filter(fence => fence.language === 'yaml' && !kinds.includes(fence.info))
  expect(others.map(({ page, line, info }) => `${page}:${line} ${info}`)).toEqual([])
})

test('every command shown exists, with the flags and the reporters it is shown with', async () => {
  await using workspace = await openWorkspace()
  const judge = createJudge(workspace)
  const shell = fences.filter(fence => fence.language === 'sh')
  const shown = shell.flatMap(({ page, line, text }) =>
    findCommandLines(text).map(command => ({ place: `${page}:${line}`, command }))
  )
  expect(shown.length).toBeGreaterThan(20)
  for (const { place, command } of shown) expect(await judge(command), place).toEqual([])
})

test('every relative link leads to a file', () => {
  const broken = pages.flatMap(page =>
    [
      ...readLines(page)
        .join('\n')
        .matchAll(/\]\((?!https?:|#)([^)#]+)/g)
    ]
      .map(match => match[1]!)
      .filter(target => !existsSync(join(dirname(page), target)))
      .map(target => `${page} → ${target}`)
  )
  expect(broken).toEqual([])
})
