import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createJudge, findCommandLines } from '../docs/command-lines.ts'
import { openWorkspace } from '../support/run-inline.ts'
import { readDocuments, shownOf, textsOf } from './shown.ts'

test('every call of tracerun in a pipeline that is shown is one that it takes', async () => {
  await using workspace = await openWorkspace()
  const judge = createJudge(workspace)
  const scripts = ['github', 'gitlab', 'compose', 'kubernetes'].flatMap(kind =>
    shownOf(kind).flatMap(({ place, text }) =>
      [...new Set(readDocuments(text).flatMap(textsOf))].map(script => ({ place, script }))
    )
  )
  const jenkins = 'docs/pipelines/Jenkinsfile'
  scripts.push({ place: jenkins, script: readFileSync(jenkins, 'utf8') })
  const calls = scripts.flatMap(({ place, script }) =>
    findCommandLines(script).map(call => ({ place, call }))
  )
  expect(new Set(calls.map(({ place }) => place)).size).toBeGreaterThan(5)
  for (const { place, call } of calls) expect(await judge(call), place).toEqual([])
})

test('a call with a flag, a reporter or a command that is not there is refused', async () => {
  await using workspace = await openWorkspace()
  const judge = createJudge(workspace)
  const script = `
    npm ci && npx --yes tracerun@0.1.0 run tests --jobs "$((N + 1))/8" \\
      --flush-delays 200ms --reporter "xml=$OUT/a b.xml"; code=$?
    exec node bin/tracerun.js exec -f tests -- npm start --no-such
    tracerun walk
  `
  const calls = findCommandLines(script)
  expect(calls.map(({ command }) => command)).toEqual(['run', 'exec', 'walk'])
  expect(await Promise.all(calls.map(judge))).toEqual([
    ['run has no --flush-delays', expect.stringContaining('there is no reporter "xml"')],
    [],
    ['there is no command walk']
  ])
})
