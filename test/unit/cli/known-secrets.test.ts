import { expect, test } from 'vitest'
import { withKnownSecrets } from '../../../src/cli/known-secrets.ts'
import { createMask } from '../../../src/model/mask.ts'
import type { Header } from '../../../src/model/response.ts'
import type { TraceParent, Trigger, TriggerContext } from '../../../src/plugin/trigger.ts'

const CONTEXT = {} as TriggerContext
const PARENT = {} as TraceParent

function trigger(sentHeaders: readonly Header[], run = (): void => {}): Trigger<unknown> {
  return {
    kind: 'http',
    optionsKey: 'httpRequest',
    schema: {},
    templates: [],
    secrets: [
      ['auth', 'basic', 'password'],
      ['keys', '*', 'value']
    ],
    run: async () => {
      run()
      return { response: { headers: [] }, sentUnixNano: 0n, answeredUnixNano: 1n, sentHeaders }
    }
  }
}

test('what the options hold as secret is masked before the request goes out', async () => {
  const mask = createMask()
  const seen: string[] = []
  const options = {
    auth: { basic: { password: 'hunter22' } },
    keys: [{ value: 'key-one' }, { value: 'key-two' }]
  }
  const masked = withKnownSecrets(
    trigger([], () => seen.push(mask.text('hunter22 key-one key-two'))),
    mask
  )
  await masked.run(options, PARENT, CONTEXT)
  expect(seen).toEqual(['*** *** ***'])
})

test('an Authorization header is a secret, as it is written and as it is sent', async () => {
  const mask = createMask()
  const options = { headers: [{ key: 'Authorization', value: 'Bearer written-token' }] }
  const masked = withKnownSecrets(trigger([{ key: 'authorization', value: 'Basic c2VudDp0b2tlbg==' }]), mask)
  await masked.run(options, PARENT, CONTEXT)
  expect(
    mask.text('a Bearer written-token b written-token c Basic c2VudDp0b2tlbg== d c2VudDp0b2tlbg==')
  ).toBe('a *** b *** c *** d ***')
})

test('other headers and options without secrets are left alone', async () => {
  const mask = createMask()
  await withKnownSecrets(trigger([{ key: 'x-shop', value: 'checkout' }]), mask).run(
    undefined,
    PARENT,
    CONTEXT
  )
  expect(mask.text('checkout')).toBe('checkout')
})

test('the password of a URL is a secret, as it is written and as it is sent', async () => {
  const mask = createMask()
  const options = { url: 'amqp://shop:hunter2%2Fhunter2@localhost:5672' }
  await withKnownSecrets(trigger([]), mask).run(options, PARENT, CONTEXT)
  expect(mask.text('a hunter2%2Fhunter2 b hunter2/hunter2 c localhost')).toBe('a *** b *** c localhost')
})

test.each(['amqp://localhost/a:b@c', 'amqp://shop@localhost', 'localhost:5672', 7])(
  'there is no password in %s',
  async url => {
    const mask = createMask()
    await withKnownSecrets(trigger([]), mask).run({ url }, PARENT, CONTEXT)
    expect(mask.text(String(url))).toBe(String(url))
  }
)
