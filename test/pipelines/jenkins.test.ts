import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { findCommandLines } from '../docs/command-lines.ts'

const text = readFileSync('docs/pipelines/Jenkinsfile', 'utf8')

test('every block of the Jenkinsfile is closed, none too early', () => {
  let depth = 0
  for (const [brace] of text.replaceAll(/'[^'\n]*'/g, '').matchAll(/[{}]/g)) {
    depth += brace === '{' ? 1 : -1
    expect(depth).toBeGreaterThanOrEqual(0)
  }
  expect(depth).toBe(0)
})

test('its scripts stand in single quotes, so that Groovy writes no secret into them', () => {
  for (const [, script] of text.matchAll(/^\s*sh (.*)$/gm)) expect(script).toMatch(/^'[^']*'$/)
})

test('the results that the tests write are read, also where a test has failed', () => {
  const [, always] = /post \{\s*always \{([^}]*)\}/.exec(text)!
  const read = /junit testResults: '([^']+)', allowEmptyResults: false/.exec(always!)?.[1]
  expect(findCommandLines(text).flatMap(({ reporters }) => reporters)).toContain(`junit=${read}`)
})
