import { expect, test } from 'vitest'
import { lossWarnings } from '../../../src/plan/loss-warnings.ts'
import { createFakeBackend } from '../../support/fake-backend.ts'
import { checksOf } from '../../support/plan-builder.ts'

const CHECKS = checksOf({
  'span[name="mail"]': ['attr:links.count = 0', 'attr:kind = "server"', 'resource:host.name = "a"'],
  'span[scope:tier exists]': ['count() = 0', 'count() < 2']
})

test('a check that its store cannot decide is known before the run, a selector once for all of its checks', () => {
  const store = createFakeBackend({
    isPushed: false,
    caps: { losses: ['links', 'scope', 'resource', 'kind'] }
  })
  expect(lossWarnings(CHECKS, store).map(({ message }) => message)).toEqual([
    'the data store fake loses links of spans: this check will be undetermined, and fail',
    'the data store fake mixes attributes of resources with those of spans: this check will be undetermined, and fail',
    'the data store fake loses instrumentation scopes: this check will be undetermined, and fail'
  ])
})

test('a store that loses nothing brings no warning', () => {
  expect(lossWarnings(CHECKS, createFakeBackend({ isPushed: false }))).toEqual([])
})
