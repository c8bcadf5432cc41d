import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonReport } from '../../src/report/json-report.ts'
import { PATHS } from './paths.ts'
import { evidenceOf, startShopOn } from './shop-on-path.ts'
import { type Cell, type Column, isLost, nameOf, tableOf, testOf } from './verdict-columns.ts'

const FAULTS = [
  'n-plus-one',
  'charge-before-reserve',
  'ship-twice',
  'swallowed-error',
  'lost-event',
  'slow-payment'
]
const SCENARIOS = ['none', ...FAULTS]

let specs: string
const columns = new Map<string, Column>()

beforeAll(async () => {
  specs = await mkdtemp(join(tmpdir(), 'tracerun-specs-'))
  const checkout = await readFile('specs/checkout.yaml', 'utf8')
  for (const scenario of SCENARIOS) {
    const text = checkout
      .replace('${FAULT:-none}', scenario)
      .replace(/^ {2}name: .*$/m, `  name: checkout, ${scenario}`)
    await writeFile(join(specs, `checkout-${scenario}.yaml`), text)
  }
  await copyFile('test/real/losses.yaml', join(specs, 'losses.yaml'))
  await mkdir(join(specs, 'faults'))
  for (const name of await readdir('specs/faults'))
    await copyFile(join('specs/faults', name), join(specs, 'faults', name))
})
afterAll(async () => {
  process.stdout.write(`\n${tableOf(columns)}\n`)
  await rm(specs, { recursive: true })
})

function columnOf({ tests }: JsonReport): Column {
  const cells = new Map<string, Cell>()
  for (const { name, outcome, error, specs: ofTest, outputs } of tests) {
    cells.set(name, { outcome: error ? `${outcome} ${error.code}: ${error.message}` : outcome })
    for (const spec of ofTest)
      for (const { text, outcome: verdict, reason } of spec.assertions)
        cells.set(nameOf(name, spec.name ?? spec.selector, text), {
          outcome: verdict,
          ...(reason ? { reason } : {})
        })
    for (const output of outputs)
      cells.set(nameOf(name, output.name), {
        outcome: output.outcome,
        ...(output.reason ? { reason: output.reason } : {})
      })
  }
  return cells
}

describe.each(PATHS)('$name', ({ name, lacks, open }) => {
  test.skipIf(lacks.length > 0)('gives every check the verdict of the embedded receiver', async () => {
    await using path = await open()
    await using shop = await startShopOn(path)
    const report = await shop.judge(specs, { flushDelay: '200ms' })
    const column = columnOf(report)
    const evidence = JSON.stringify(report.tests.map(evidenceOf), undefined, 2)
    columns.set(name, column)
    const reference = columns.get(PATHS[0]!.name)!
    expect([...column.keys()]).toEqual([...reference.keys()])
    const others = [...column].filter(
      ([check, cell]) => cell.outcome !== reference.get(check)!.outcome && !isLost(cell)
    )
    // The verdict on a test follows from those on its checks.
    const lostTests = new Set([...column].filter(([, cell]) => isLost(cell)).map(([check]) => testOf(check)))
    const unexplained = others.filter(([check]) => check !== testOf(check) || !lostTests.has(check))
    expect(unexplained, evidence).toEqual([])
    for (const fault of FAULTS) expect(column.get(`checkout, ${fault}`)?.outcome, fault).toBe('failed')
    if (!lostTests.has('checkout, none')) expect(column.get('checkout, none')?.outcome).toBe('passed')
  })
})
