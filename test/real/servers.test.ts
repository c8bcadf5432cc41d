import { expect, test } from 'vitest'
import { pathOf } from './components.ts'
import { startCollector } from './servers/collector.ts'
import { startJaeger } from './servers/jaeger.ts'
import { startZipkin } from './servers/zipkin.ts'

const jaeger = pathOf('jaeger')
const zipkin = pathOf('zipkin')

test.skipIf(jaeger === undefined)('Jaeger starts, answers and ends', async () => {
  let url = ''
  {
    await using server = await startJaeger(jaeger!)
    url = server.query
    expect((await fetch(`${url}/api/services`)).status).toBe(200)
  }
  await expect(fetch(`${url}/api/services`)).rejects.toThrow()
})

test.skipIf(jaeger === undefined)('the Collector starts, answers and ends', async () => {
  await using server = await startCollector(jaeger!, {
    sendsTo: 'http://127.0.0.1:9',
    tailSampling: { decisionWaitMs: 100 }
  })
  expect(server.otlpHttp).toMatch(/^http:/)
})

test.skipIf(zipkin === undefined)('Zipkin starts, answers and ends', async () => {
  await using server = await startZipkin(zipkin!)
  expect((await fetch(`${server.url}/api/v2/services`)).status).toBe(200)
})
