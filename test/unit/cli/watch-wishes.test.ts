import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { keysAtTerminal } from '../../../src/cli/keys.ts'
import { listenForWishes } from '../../../src/cli/watch-wishes.ts'

/** A terminal as far as keys are read from it. */
class Terminal extends EventEmitter {
  readonly isTTY = true
  readonly modes: boolean[] = []
  setRawMode(isRaw: boolean): void {
    this.modes.push(isRaw)
  }
  pause(): void {}
  press(keys: string): void {
    this.emit('data', Buffer.from(keys))
  }
}

function openTerminal(): {
  readonly terminal: Terminal
  readonly signals: string[]
  readonly wishes: ReturnType<typeof listenForWishes>
} {
  const terminal = new Terminal()
  const signals: string[] = []
  const host = Object.assign(new EventEmitter(), { stdin: terminal })
  host.on('SIGINT', signal => signals.push(signal))
  const wishes = listenForWishes({ keys: keysAtTerminal(host as unknown as NodeJS.Process) })
  return { terminal, signals, wishes }
}

test.each([
  ['\r', 'all'],
  ['a', 'all'],
  ['f', 'failed'],
  ['q', 'quit'],
  ['x', undefined],
  ['xfa', 'all']
])('the keys %j ask for %s', (keys, wish) => {
  const { terminal, wishes } = openTerminal()
  const { signal } = new AbortController()
  const interruption = wishes.interrupting(signal)
  terminal.press(keys)
  expect(interruption.aborted).toBe(wish !== undefined)
  expect(wishes.isPending).toBe(wish !== undefined)
  expect(wishes.take()).toBe(wish)
  expect([wishes.isPending, wishes.take(), wishes.interrupting(signal).aborted]).toEqual([
    false,
    undefined,
    false
  ])
})

test('Ctrl-C is a signal, as it is where keys are not read one by one', () => {
  const { terminal, signals, wishes } = openTerminal()
  terminal.press('\u0003')
  expect([signals, wishes.isPending]).toEqual([['SIGINT'], false])
})

test('the terminal is left as it was', () => {
  const { terminal, wishes } = openTerminal()
  wishes[Symbol.dispose]()
  expect(terminal.modes).toEqual([true, false])
  terminal.press('q')
  expect(wishes.isPending).toBe(false)
})

test('where standard input is no terminal, no keys are offered', () => {
  const host = { stdin: new EventEmitter() } as unknown as NodeJS.Process
  const wishes = listenForWishes({ keys: keysAtTerminal(host) })
  expect(wishes.prompt).toBe('\nwaiting for changes\n')
})
