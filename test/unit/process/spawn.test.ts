import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ProcessOptions, StartError, startProcess } from '../../../src/process/spawn.ts'
import { planTreeKill } from '../../../src/process/tree-kill.ts'
import { FAMILY, isRunning, pidsIn, until } from '../../support/processes.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tracerun-process-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function options(script: string, more: Partial<ProcessOptions> = {}): ProcessOptions {
  return {
    command: [process.execPath, '-e', script],
    cwd: folder,
    env: { ...process.env, FAMILY },
    onOutput: () => undefined,
    ...more
  }
}

/** A process, its child and the child of that, each of which runs until it is ended. */
function family(manners: 'polite' | 'stubborn', graceMs: number): ProcessOptions {
  const command = [process.execPath, '-e', FAMILY, join(folder, 'pids'), '2', manners] as const
  return options('', { command, graceMs })
}

const areGone = async (pids: readonly number[]): Promise<boolean> =>
  (await Promise.all(pids.map(isRunning))).every(running => !running)

describe('a process that was started', () => {
  test('gets its words, its folder, its variables and its input, and is read to the end', async () => {
    let stdout = ''
    let stderr = ''
    const script = `
      console.log(process.argv.at(-1), process.cwd() === process.env.FOLDER)
      process.stdin.on('data', data => console.error(String(data))).on('end', () => { process.exitCode = 3 })`
    await using started = await startProcess(
      options('', {
        command: [process.execPath, '-e', script, 'two words $HOME'],
        env: { ...process.env, FOLDER: await realFolder() },
        stdin: 'read me',
        onOutput: (chunk, stream) => {
          if (stream === 'stdout') stdout += String(chunk)
          else stderr += String(chunk)
        }
      })
    )
    expect(await started.ended).toEqual({ exitCode: 3 })
    await started.stop()
    expect([stdout, stderr]).toEqual(['two words $HOME true\n', 'read me\n'])
  })

  test('may be a text for a shell', async () => {
    let output = ''
    await using started = await startProcess(
      options('', {
        command: { shell: 'echo one && exit 4' },
        onOutput: chunk => {
          output += String(chunk)
        }
      })
    )
    expect(await started.ended).toEqual({ exitCode: 4 })
    await started.stop()
    expect(output.trim()).toBe('one')
  })

  test('tells which signal ended it', async () => {
    await using started = await startProcess(options('process.kill(process.pid, "SIGKILL")'))
    expect(await started.ended).toEqual({ signal: 'SIGKILL' })
  })

  test.each([
    ['a program that is not there', { command: ['no-such-program-here'] as const }],
    ['a folder that is not there', { cwd: '/no/such/folder' }]
  ])('is refused for %s', async (_, more) => {
    await expect(startProcess(options('', more))).rejects.toMatchObject({
      name: 'StartError',
      code: 'ENOENT'
    })
    await expect(startProcess(options('', more))).rejects.toBeInstanceOf(StartError)
  })
})

describe('what a process started', () => {
  test('ends with it, grandchildren too', async () => {
    await using started = await startProcess(family('polite', 5000))
    const pids = await pidsIn(join(folder, 'pids'), 3)
    expect(pids).toContain(started.pid)
    await started.stop()
    expect(await areGone(pids)).toBe(true)
  })

  test('is killed where it does not heed being told to end', async () => {
    await using started = await startProcess(family('stubborn', 50))
    const pids = await pidsIn(join(folder, 'pids'), 3)
    await started.stop()
    await until(() => areGone(pids))
    expect(await started.ended).toEqual({ signal: 'SIGKILL' })
  })

  test('ends also where the first process ended long before', async () => {
    const script = `
      const { spawn } = require('node:child_process')
      spawn(process.execPath, ['-e', process.env.FAMILY, ${JSON.stringify(join(folder, 'pids'))}, '0', 'polite'], { stdio: 'ignore' }).unref()`
    await using started = await startProcess(options(script))
    await started.ended
    const pids = await pidsIn(join(folder, 'pids'), 1)
    await started.stop()
    expect(await areGone(pids)).toBe(true)
  })

  test('is ended once, however often that is asked for', async () => {
    await using started = await startProcess(options('setInterval(() => {}, 1000)'))
    expect(started.stop()).toBe(started.stop())
    await started.stop()
    expect(await isRunning(started.pid)).toBe(false)
  })
})

test('a tree is ended by its group, or on Windows by a command that follows parents', () => {
  expect(planTreeKill('linux', 17, 'SIGTERM')).toEqual({ kind: 'signal', target: -17, signal: 'SIGTERM' })
  expect(planTreeKill('darwin', 17, 'SIGKILL')).toEqual({ kind: 'signal', target: -17, signal: 'SIGKILL' })
  for (const signal of ['SIGTERM', 'SIGKILL'] as const)
    expect(planTreeKill('win32', 17, signal)).toEqual({
      kind: 'command',
      file: 'taskkill',
      args: ['/PID', '17', '/T', '/F']
    })
})

async function realFolder(): Promise<string> {
  const { realpath } = await import('node:fs/promises')
  return realpath(folder)
}
