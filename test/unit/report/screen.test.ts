import { describe, expect, test } from 'vitest'
import { detectScreen, type Environment, type Screen } from '../../../src/report/screen.ts'

function detect(
  environment: Environment,
  facts: { isTty?: boolean; columns?: number; platform?: string } = {}
): Screen {
  return detectScreen({ isTty: true, platform: 'linux', ...facts, environment })
}

describe('colour', () => {
  test.each([
    ['a terminal has sixteen colours', { TERM: 'xterm' }, true, 1],
    ['a terminal that says so has 256', { TERM: 'xterm-256color' }, true, 2],
    ['a terminal that says so has them all', { TERM: 'xterm', COLORTERM: 'truecolor' }, true, 3],
    ['a pipe has none', { TERM: 'xterm-256color' }, false, 0],
    ['a dumb terminal has none', { TERM: 'dumb' }, true, 0],
    ['NO_COLOR takes them away', { TERM: 'xterm', NO_COLOR: '1' }, true, 0],
    ['an empty NO_COLOR says nothing', { TERM: 'xterm', NO_COLOR: '' }, true, 1],
    ['FORCE_COLOR brings them to a pipe', { FORCE_COLOR: '1' }, false, 1],
    ['an empty FORCE_COLOR brings them as well', { FORCE_COLOR: '' }, false, 1],
    ['FORCE_COLOR names the level', { FORCE_COLOR: '3' }, false, 3],
    ['FORCE_COLOR=0 takes them away', { TERM: 'xterm', FORCE_COLOR: '0' }, true, 0],
    ['FORCE_COLOR beats NO_COLOR', { NO_COLOR: '1', FORCE_COLOR: '2' }, false, 2]
  ] as const)('%s', (_, environment, isTty, level) => {
    expect(detect(environment, { isTty }).colorLevel).toBe(level)
  })
})

describe('movement', () => {
  test.each([
    ['lines move in a terminal', {}, true, true],
    ['nothing moves in a pipe', {}, false, false],
    ['nothing moves in CI', { CI: 'true' }, true, false],
    ['nothing moves in a service that does not say CI', { GITLAB_CI: 'true' }, true, false],
    ['CI=false is no CI, whatever else is set', { CI: 'false', GITHUB_ACTIONS: 'true' }, true, true],
    ['nothing moves in a dumb terminal', { TERM: 'dumb' }, true, false],
    ['lines move without colours as well', { NO_COLOR: '1' }, true, true]
  ] as const)('%s', (_, environment, isTty, isInteractive) => {
    expect(detect(environment, { isTty }).isInteractive).toBe(isInteractive)
  })
})

test('nothing moves in a window that is narrower than all that is written', () => {
  expect(detect({}, { columns: 19 }).isInteractive).toBe(false)
  expect(detect({}, { columns: 20 }).isInteractive).toBe(true)
})

test('the size is that of the window at the moment of the question', () => {
  const facts = { isTty: true, columns: 80, rows: 24, environment: {}, platform: 'linux' }
  const screen = detectScreen(facts)
  Object.assign(facts, { columns: 40, rows: 10 })
  expect([screen.width, screen.rows]).toEqual([40, 10])
})

test.each([
  ['a terminal breaks lines anew', {}, 'linux', false],
  ['xterm itself cuts them', { XTERM_VERSION: 'XTerm(390)' }, 'linux', true],
  ['GNU screen cuts them', { STY: '4711.pts-1' }, 'linux', true],
  ['the console of Linux cuts them', { TERM: 'linux' }, 'linux', true],
  ['the old console of Windows cuts them', {}, 'win32', true],
  ['the Terminal of Windows breaks them anew', { WT_SESSION: 'a' }, 'win32', false]
] as const)('where a window becomes narrower, %s', (_, environment, platform, cuts) => {
  expect(detect(environment, { platform }).cutsLines).toBe(cuts)
})

describe('width', () => {
  test.each([
    ['that of the terminal', {}, 93, 93],
    ['COLUMNS where the stream has none', { COLUMNS: '70' }, undefined, 70],
    ['120 where nothing is known', {}, undefined, 120],
    ['120 where COLUMNS is no number', { COLUMNS: 'wide' }, undefined, 120],
    ['never so narrow that nothing fits', {}, 3, 20]
  ] as const)('is %s', (_, environment, columns, width) => {
    expect(detect(environment, columns === undefined ? {} : { columns }).width).toBe(width)
  })
})

describe('signs', () => {
  test.each([
    ['are Unicode by default', {}, 'linux', true],
    ['are Unicode where the locale is UTF-8', { LANG: 'de_DE.UTF-8' }, 'linux', true],
    ['are ASCII in the C locale', { LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, 'linux', false],
    ['are ASCII on the console of Linux', { TERM: 'linux', LANG: 'C.UTF-8' }, 'linux', false],
    ['are ASCII in the old console of Windows', {}, 'win32', false],
    ['are Unicode in Windows Terminal', { WT_SESSION: 'x' }, 'win32', true]
  ] as const)('%s', (_, environment, platform, hasUnicode) => {
    expect(detect(environment, { platform }).hasUnicode).toBe(hasUnicode)
  })
})
