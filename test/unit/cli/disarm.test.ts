import { describe, expect, test } from 'vitest'
import { createDisarmer, disarmJson } from '../../../src/cli/disarm.ts'

describe('what a runner of GitHub Actions takes for a command is none any more', () => {
  test.each([
    ['::error::gone', ': :error::gone'],
    ['a\n::set-output name=x::y\n', 'a\n: :set-output name=x::y\n'],
    ['a\r\n \t::stop-commands::x', 'a\r\n \t: :stop-commands::x'],
    ['\u0085\u3000::error::x', '\u0085\u3000: :error::x'],
    ['a\r::error::x', 'a\r: :error::x'],
    [':::', ': ::'],
    ['text ##[error]gone', 'text ## [error]gone'],
    ['\n\n\n::a::\n::b::', '\n\n\n: :a::\n: :b::']
  ])('%j', (text, disarmed) => {
    expect(createDisarmer()(text)).toBe(disarmed)
  })

  test('wherever it is cut into pieces', () => {
    for (const text of [
      'a\n  ::error::x ##[warning]y\n::debug::z',
      '::error::x',
      '##[error]x',
      '\n\n::a::'
    ]) {
      const whole = createDisarmer()(text)
      for (let at = 0; at <= text.length; at++) {
        const disarm = createDisarmer()
        expect(disarm(text.slice(0, at)) + disarm(text.slice(at))).toBe(whole)
      }
      const disarm = createDisarmer()
      expect([...text].map(disarm).join('')).toBe(whole)
    }
  })
})

test.each(['a::b', 'std::vector', ': :', '# [x]', 'trace 4bf9:: x'])('%j stays as it is', text => {
  expect(createDisarmer()(text)).toBe(text)
})

test('JSON means the same', () => {
  const text = JSON.stringify({ body: '##[error]x ###[y' })
  expect(disarmJson(text)).not.toContain('##[')
  expect(JSON.parse(disarmJson(text))).toEqual(JSON.parse(text))
})
