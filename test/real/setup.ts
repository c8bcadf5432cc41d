import type { TestProject } from 'vitest/node'
import { COMPONENTS, type Component, findInstalled, type Installed, install } from './servers/install.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly components: Readonly<Record<Component, Installed>>
  }
}

/** Installs what the suite needs, and says by name what cannot be had: before the tests, and again as the last word. */
export default async function setup(project: TestProject): Promise<() => void> {
  for (const name of COMPONENTS)
    if ((await findInstalled(name)) === undefined)
      process.stderr.write(`Installing ${name}, once; this takes minutes.\n`)
  const found = await Promise.all(COMPONENTS.map(async name => [name, await install(name)] as const))
  const absent = found.flatMap(([name, installed]) =>
    installed.isHere ? [] : [`${name} could not be installed: ${installed.why}`]
  )
  if (absent.length > 0 && process.env['TRACERUN_REAL_REQUIRED'] === '1') throw new Error(absent.join('\n'))
  const unnamed =
    process.env['TEMPO_URL'] === undefined
      ? [
          'a live Tempo, which cannot be installed: name one by TEMPO_URL, and TEMPO_OTLP_URL if its OTLP port is not 4318'
        ]
      : []
  const say = (): void => {
    for (const line of [...absent, ...unnamed]) process.stderr.write(`\nNOT RUN: ${line}\n`)
  }
  say()
  project.provide('components', Object.fromEntries(found) as Record<Component, Installed>)
  return say
}
