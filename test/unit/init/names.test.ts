import { expect, test } from 'vitest'
import { pathFrom, relativePath } from '../../../src/cli/init-files.ts'
import { fileNameOf, splitUrl, testNameOf } from '../../../src/init/names.ts'

test.each([
  ['http://h:80/checkout?x=1#y', 'POST /checkout', 'post-checkout.yaml'],
  ['localhost:8080', 'POST /', 'post-root.yaml'],
  ['https://h/carts/42/Items/', 'POST /carts/42/Items/', 'post-carts-42-items.yaml'],
  ['${HOST}/cart', 'POST /cart', 'post-cart.yaml'],
  ['${HOST:-http://h}/cart', 'POST /cart', 'post-cart.yaml'],
  ['http://h/ünïcode', 'POST /ünïcode', 'post-n-code.yaml']
])('the test of %s is called %s and stands in %s', (url, name, file) => {
  expect(testNameOf({ method: 'POST', url })).toBe(name)
  expect(fileNameOf(name)).toBe(file)
})

test.each([
  ['http://h:80/a?b=1', { origin: 'http://h:80', path: '/a?b=1' }],
  ['HTTPS://h', { origin: 'https://h', path: '/' }],
  ['h:8080?x', { origin: 'http://h:8080', path: '/?x' }],
  ['${HOST}/a', undefined]
])('%s is taken apart', (url, parts) => {
  expect(splitUrl(url)).toEqual(parts)
})

test('paths in files have slashes, and start where the file stands', () => {
  const windows = { cwd: 'C:\\work\\shop', platform: 'win32' }
  expect(relativePath('tests\\a.yaml', windows)).toBe('tests/a.yaml')
  expect(pathFrom('tests', 'data\\order.json', windows)).toBe('../data/order.json')
  expect(pathFrom('.', 'order.json', windows)).toBe('./order.json')
  expect(() => pathFrom('.', 'D:\\order.json', windows)).toThrow('another drive')
  expect(pathFrom('tests/deep', '/work/shop/order.json', { cwd: '/work/shop', platform: 'linux' })).toBe(
    '../../order.json'
  )
})
