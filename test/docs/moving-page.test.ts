import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openWorkspace } from '../support/run-inline.ts'
import { findTables, readLines } from './markdown.ts'

/** Files of the corpus that are refused, or warned of, and what they are run with. */
const TROUBLED = [
  ...['misspelt.yaml', 'curly-quotes.yaml', 'legacy-assertions.yaml', 'environment-unset.yaml'],
  ...['http.yaml', 'polling-profile.yaml', 'stores/opensearch.yaml']
]

test('every message that the page prepares for is said of a file of the corpus', async () => {
  const lines = readLines('docs/moving-from-tracetest.md').map(line => line.trim())
  const table = findTables(lines).find(({ header }) => header[0] === 'message')
  const messages = (table?.rows ?? []).map(({ cells }) =>
    cells[0]!
      .replace(/ \(.*\)$/, '')
      .replace(/^`` ?| ?``$/g, '')
      .trim()
  )
  expect(messages.length).toBeGreaterThan(5)
  await using workspace = await openWorkspace()
  cpSync('specs/tracetest', join(workspace.path, 'corpus'), { recursive: true })
  const said: string[] = []
  for (const name of TROUBLED) {
    const { stdout, stderr } = await workspace.run(['validate', `corpus/${name}`], {
      env: { API_TOKEN: 'opensesame', COLUMNS: '200' }
    })
    said.push(stdout, stderr)
  }
  for (const message of messages) expect(said.join('\n')).toContain(message)
})

test('the page tells of each trigger and each document that is missing still', () => {
  const page = readLines('docs/moving-from-tracetest.md').join('\n')
  for (const word of ['playwrightengine', 'opensearch', 'Analyzer', 'TestRunner', 'Monitor'])
    expect(page).toContain(`\`${word}\``)
})
