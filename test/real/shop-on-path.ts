import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { JsonReport, JsonTest } from '../../src/report/json-report.ts'
import { CLI, runNode, type Shop, startDemoShop } from '../support/shop.ts'
import type { OpenPath } from './paths.ts'

/** The demo shop, sending its spans on a path. */
export interface ShopOnPath extends AsyncDisposable {
  /** Runs tracerun with these tests and further lines of the project file. */
  judge(tests: string, settings?: object): Promise<JsonReport>
}

export async function startShopOn({ otlpEndpoint, env, settings }: OpenPath): Promise<ShopOnPath> {
  const shop = await startDemoShop({ otlpEndpoint, env })
  return {
    judge: (tests, more = {}) => judge(shop, tests, { ...settings, ...more }),
    async [Symbol.asyncDispose]() {
      await shop.stop()
    }
  }
}

/** Runs tracerun with a project file where nothing is remembered of earlier runs. */
export async function judge(
  { url }: Pick<Shop, 'url'>,
  tests: string,
  settings: object
): Promise<JsonReport> {
  const folder = await mkdtemp(join(tmpdir(), 'tracerun-run-'))
  try {
    const config = join(folder, 'tracerun.yaml')
    await writeFile(config, JSON.stringify(settings))
    const args = ['run', tests, '--config', config, '-o', 'json', '--jobs', '4']
    const { stdout, stderr } = await runNode([CLI, ...args], { HOST: url, NO_COLOR: '1' }, folder)
    expect(stdout, stderr).toMatch(/^\{/)
    return JSON.parse(stdout) as JsonReport
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What a verdict rests on, to find out why it is another than it should be. */
export function evidenceOf({ name, outcome, error, completeness, specs, warnings }: JsonTest): object {
  const { ground, text, waitedMs, settledMs, reliedOn, holes } = completeness
  const open = specs.flatMap(({ assertions }) =>
    assertions.flatMap(check => (check.outcome === 'held' ? [] : [`${check.text}: ${check.outcome}`]))
  )
  return { name, outcome, error, ground, text, waitedMs, settledMs, reliedOn, holes, open, warnings }
}
