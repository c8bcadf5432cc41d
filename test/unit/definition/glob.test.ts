import { describe, expect, test } from 'vitest'
import { compileGlob, isGlob, splitGlob } from '../../../src/definition/glob.ts'

describe('a pattern', () => {
  test.each([
    ['*.yaml', 'cart.yaml', true],
    ['*.yaml', 'shop/cart.yaml', false],
    ['*.yaml', '.hidden.yaml', false],
    ['.*.yaml', '.hidden.yaml', true],
    ['**/*.yaml', 'cart.yaml', true],
    ['**/*.yaml', 'shop/eu/cart.yaml', true],
    ['**/*.yaml', 'shop/.git/cart.yaml', false],
    ['shop/**', 'shop/eu/cart.yaml', true],
    ['shop/**/cart.yaml', 'shop/cart.yaml', true],
    ['cart?.yaml', 'cart1.yaml', true],
    ['cart?.yaml', 'cart.yaml', false],
    ['cart[0-9].yaml', 'cart7.yaml', true],
    ['cart[!0-9].yaml', 'cart7.yaml', false],
    ['*.{yaml,yml}', 'cart.yml', true],
    ['{cart,{payment,stock}}.yaml', 'stock.yaml', true],
    ['cart(1).yaml', 'cart(1).yaml', true],
    ['cart+.yaml', 'cartt.yaml', false]
  ])('%s and %s', (pattern, path, fits) => {
    expect(compileGlob(pattern)(path)).toBe(fits)
  })

  test('is parted at its first wildcard', () => {
    expect(splitGlob('specs/**/*.yaml')).toEqual({ base: 'specs', rest: '**/*.yaml' })
    expect(splitGlob('*.yaml')).toEqual({ base: '.', rest: '*.yaml' })
    expect(splitGlob('/srv/*/cart.yaml')).toEqual({ base: '/srv', rest: '*/cart.yaml' })
    expect(splitGlob('/*.yaml')).toEqual({ base: '/', rest: '*.yaml' })
    expect(['specs/cart.yaml', 'specs/*.yaml', 'a{b,c}'].map(isGlob)).toEqual([false, true, true])
  })
})
