import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
export const CLI = fileURLToPath(new URL('../../bin/tracerun.js', import.meta.url))

export interface Shop {
  readonly url: string
  stop(): Promise<unknown>
}

interface ShopOptions {
  readonly otlpEndpoint: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Further variables for single services. */
  readonly envOf?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The demo shop on free ports, and the built CLI to run against it. */
export interface ShopUnderTest {
  readonly url: string
  /** Runs `tracerun` with these arguments, listening where the shop sends its spans. */
  tracerun(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>
  stop(): Promise<void>
}

/** The demo shop on free ports, sending its spans soon after they end. */
export async function startDemoShop({ otlpEndpoint, env, envOf = {} }: ShopOptions): Promise<Shop> {
  // Plain JavaScript without types: an example, not a part of the project.
  const launcher: unknown = await import(new URL('../../examples/shop/shop.js', import.meta.url).href)
  const { startShop } = launcher as { startShop(options: ShopOptions): Promise<Shop> }
  const soon = { OTEL_BSP_SCHEDULE_DELAY: '200', SHOP_FAULT: undefined }
  return startShop({ otlpEndpoint, env: { ...soon, ...env }, envOf })
}

export async function startShopUnderTest(): Promise<ShopUnderTest> {
  const otlpPort = await freePort()
  const shop = await startDemoShop({ otlpEndpoint: `http://127.0.0.1:${otlpPort}`, env: {} })
  return {
    url: shop.url,
    tracerun: (args, env = {}) =>
      runNode([CLI, ...args, '--otlp-listen', `127.0.0.1:${otlpPort}`], {
        HOST: shop.url,
        NO_COLOR: '1',
        ...env
      }),
    stop: async () => {
      await shop.stop()
    }
  }
}

/** Runs a Node program to its end, at the root of the project unless another folder is named. */
export async function runNode(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd: string = ROOT
): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const [stdout, stderr, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit')
  ])
  return { exitCode, stdout, stderr }
}
