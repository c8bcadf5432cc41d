import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../support/free-port.ts'
import { CLI, type Ended, runNode, type Shop, startDemoShop } from '../support/shop.ts'

const RUN = ['run', '-f', 'specs/checkout.yaml', '--config', 'examples/shop/tracerun.yaml']

describe('services whose SDK reads B3 alone', () => {
  let shop: Shop
  let listen: string
  beforeAll(async () => {
    listen = `127.0.0.1:${await freePort()}`
    shop = await startDemoShop({
      otlpEndpoint: `http://${listen}`,
      env: { OTEL_PROPAGATORS: 'b3,baggage' }
    })
  })
  afterAll(() => shop.stop())

  const run = (...args: readonly string[]): Promise<Ended> =>
    runNode([CLI, ...RUN, '--otlp-listen', listen, ...args], { HOST: shop.url, NO_COLOR: '1' })

  test('continue our trace where it is sent', async () => {
    const { exitCode, stdout, stderr } = await run('--propagation', 'b3,baggage')
    expect(exitCode, stdout + stderr).toBe(0)
  })

  test('begin their own where it is not, and the error gives the line to write', async () => {
    const { exitCode, stdout } = await run('--timeout', '2s')
    const words = stdout.replace(/\s+/g, ' ')
    expect(exitCode).toBe(3)
    expect(words).toContain('start traces of their own instead of continuing ours')
    expect(words).toContain(
      'Or send what it reads: `propagation: [tracecontext, baggage, b3]` under `trigger`'
    )
  })
})
