import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { createFootHolder, type FootHolder } from '../../../src/cli/foot-holder.ts'
import type { Foot } from '../../../src/report/terminal/foot.ts'

class Host extends EventEmitter {
  readonly pid = 4711
  readonly stdout = new EventEmitter()
  readonly killed: (readonly [number, string])[] = []

  kill(pid: number, signal: string): void {
    this.killed.push([pid, signal])
  }
}

function stage(): { host: Host; holder: FootHolder; told: string[]; foot: Foot } {
  const host = new Host()
  const told: string[] = []
  const foot: Foot = {
    writeAbove: text => told.push(`above: ${text}`),
    redraw: () => told.push('redraw'),
    remove: () => told.push('remove')
  }
  return { host, holder: createFootHolder(host as unknown as NodeJS.Process), told, foot }
}

test('a window that changes its size is drawn anew at once', () => {
  const { host, holder, told, foot } = stage()
  holder.hold(foot)
  host.stdout.emit('resize')
  expect(told).toEqual(['redraw'])
})

test('a process that ends, however it does, leaves nothing behind', () => {
  const { host, holder, told, foot } = stage()
  holder.hold(foot)
  host.emit('exit', 130)
  expect(told).toEqual(['remove'])
})

test('on Ctrl-Z the shell gets a clean terminal, and back in the foreground the lines are there again', () => {
  const { host, holder, told, foot } = stage()
  holder.hold(foot)
  host.emit('SIGTSTP')
  expect(told).toEqual(['remove'])
  expect(host.killed).toEqual([[4711, 'SIGSTOP']])
  host.emit('SIGCONT')
  expect(told).toEqual(['remove', 'redraw'])
})

test('once it is released, nothing of it is left', () => {
  const { host, holder, told, foot } = stage()
  holder.hold(foot)
  holder.release()
  for (const signal of ['exit', 'SIGTSTP', 'SIGCONT']) expect(host.listenerCount(signal)).toBe(0)
  host.stdout.emit('resize')
  expect(told).toEqual([])
  expect(holder.foot).toBeUndefined()
})
