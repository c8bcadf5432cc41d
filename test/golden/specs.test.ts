import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { composeRegistry } from '../../src/cli/compose.ts'
import { type LoadEnvironment, loadDefinitions } from '../../src/definition/load.ts'
import { parseProject } from '../../src/definition/project.ts'
import { mergeSettings, type Settings } from '../../src/definition/settings.ts'
import { loadValidators } from '../../src/definition/validators.ts'
import type { Diagnostic, Outcome } from '../../src/errors/diagnostic.ts'
import { inFileOrder } from '../../src/errors/diagnostic.ts'
import { createMask } from '../../src/model/mask.ts'
import { compilePlan } from '../../src/plan/compile.ts'
import type { Plan } from '../../src/plan/plan.ts'
import { renderDiagnostics } from '../../src/report/diagnostics.ts'
import type { Screen } from '../../src/report/screen.ts'
import { viewPlan } from '../support/plan-view.ts'

await loadValidators()

const ROOT = fileURLToPath(new URL('../../specs/', import.meta.url))
const SCREEN: Screen = { width: 120, colorLevel: 0, isInteractive: false, isCi: false, hasUnicode: true }

const PROJECT = [
  'endpoint: http://shop.example:8080/',
  'flushDelay: 500ms',
  'variables: { SKU: SKU-1, CHANNEL: web }'
].join('\n')

async function compileFile(folder: string, file: string, settings: Settings): Promise<Outcome<Plan>> {
  const environment: LoadEnvironment = {
    cwd: `${ROOT}${folder}`,
    readStdin: () => Promise.resolve(new Uint8Array()),
    variables: { HOST: 'http://localhost:8080', SHOP_HOST: 'localhost', API_TOKEN: 'opensesame' }
  }
  const loaded = await loadDefinitions([file], environment)
  const plan = await compilePlan(loaded.value.definitions, composeRegistry(createMask()), settings, path =>
    readFile(path)
  )
  const problems = inFileOrder([...loaded.problems, ...plan.problems])
  const isBroken = problems.some(problem => problem.severity === 'error')
  return plan.ok && !isBroken ? { ...plan, problems } : { ok: false, problems }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(`${ROOT}${folder}`)
    .filter(name => name.endsWith('.yaml'))
    .sort()
}

function render(problems: readonly Diagnostic[]): string {
  return renderDiagnostics(problems, SCREEN, 'nothing was run')
}

describe('what a good file means', () => {
  test.each(filesIn('good'))('%s', async file => {
    const { settings } = parseProject({ name: 'tracerun.yaml', text: PROJECT }, {})
    const outcome = await compileFile('good', file, file === 'settings.yaml' ? mergeSettings([settings]) : {})
    expect(render(outcome.problems.filter(problem => problem.severity === 'error'))).toBe('')
    const view = {
      ...(outcome.ok ? viewPlan(outcome.value) : {}),
      warnings: outcome.problems.map(p => p.message)
    }
    await expect(`${JSON.stringify(view, null, 2)}\n`).toMatchFileSnapshot(
      `${ROOT}good/${file.replace('.yaml', '.plan.json')}`
    )
  })
})

describe('what is said of a bad file', () => {
  test.each(filesIn('bad'))('%s', async file => {
    const outcome = await compileFile('bad', file, {})
    expect(outcome.ok).toBe(false)
    expect(outcome.problems.filter(problem => problem.location === undefined)).toEqual([])
    await expect(render(outcome.problems)).toMatchFileSnapshot(
      `${ROOT}bad/${file.replace('.yaml', '.diagnostics.txt')}`
    )
  })
})
