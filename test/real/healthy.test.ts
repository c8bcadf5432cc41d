import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PATHS } from './paths.ts'
import { evidenceOf, startShopOn } from './shop-on-path.ts'

const TESTS = 40

let folder: string
let checkouts: string
const lines: string[] = []

beforeAll(async () => {
  const checkout = await readFile('specs/checkout.yaml', 'utf8')
  const documents = Array.from({ length: TESTS }, (_, at) =>
    checkout.replace(/^ {2}name: .*$/m, `  name: checkout ${at + 1}`)
  )
  folder = await mkdtemp(join(tmpdir(), 'tracerun-healthy-'))
  checkouts = join(folder, 'checkouts.yaml')
  await writeFile(checkouts, documents.join('\n---\n'))
})
afterAll(async () => {
  process.stdout.write(`\n${lines.join('\n')}\n`)
  await rm(folder, { recursive: true })
})

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

describe.each(PATHS)('$name', ({ name, lacks, open }) => {
  test.skipIf(lacks.length > 0)(`passes a healthy shop ${TESTS} times of ${TESTS}`, async () => {
    await using path = await open()
    await using shop = await startShopOn(path)
    const { tests } = await shop.judge(checkouts, { flushDelay: '200ms' })
    const passed = tests.filter(({ outcome }) => outcome === 'passed')
    const waited = tests.map(({ completeness }) => completeness.waitedMs ?? Number.NaN)
    const late = tests.filter(({ completeness }) => (completeness.reliedOn?.lateSpans ?? 0) > 0).length
    lines.push(
      `${name}: ${passed.length} of ${tests.length} passed, median ${(median(waited) / 1000).toFixed(2)} s from answer to verdict` +
        (late === 0 ? '' : `; ${late} with spans later than declared`)
    )
    expect(tests).toHaveLength(TESTS)
    expect(tests.filter(({ outcome }) => outcome !== 'passed').map(evidenceOf)).toEqual([])
  })
})
