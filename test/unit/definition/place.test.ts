import { expect, test } from 'vitest'
import { parsePlace } from '../../../src/definition/place.ts'

test.each([
  ['checkout.yaml:17', { path: 'checkout.yaml', line: 17 }],
  ['checkout.yaml:17:5', { path: 'checkout.yaml', line: 17 }],
  ['C:\\specs\\checkout.yaml:3', { path: 'C:\\specs\\checkout.yaml', line: 3 }],
  ['C:/specs/checkout.yaml:3:1', { path: 'C:/specs/checkout.yaml', line: 3 }],
  ['-:4', { path: '-', line: 4 }],
  ['a:b.yaml:2', { path: 'a:b.yaml', line: 2 }],
  ['checkout.yaml', undefined],
  ['C:\\specs\\checkout.yaml', undefined],
  ['checkout.yaml:', undefined],
  ['checkout.yaml:0', undefined],
  ['checkout.yaml:last', undefined],
  [':3', undefined],
  ['http://localhost:8080', undefined]
])('%s', (text, place) => {
  expect(parsePlace(text)).toEqual(place)
})
