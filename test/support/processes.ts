import { readFile } from 'node:fs/promises'

/** Whether a process runs: one that has ended and waits to be noticed does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  return stat === undefined ? process.platform !== 'linux' : !/\) [ZX] /.test(stat)
}

/** Resolves soon after a condition holds, leaving the processor to what it waits for. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 5))
}

/** The program that writes its process number, and those of what it starts, to a file each line of which is one. */
export const FAMILY = `
const { appendFileSync } = require('node:fs')
const { spawn } = require('node:child_process')
const [file, depth, manners] = process.argv.slice(-3)
if (manners === 'stubborn') process.on('SIGTERM', () => {})
if (depth > 0) spawn(process.execPath, ['-e', process.env.FAMILY, file, String(depth - 1), manners], { stdio: 'ignore' })
appendFileSync(file, process.pid + '\\n')
setInterval(() => {}, 1000)
`

/** The process numbers in a file, once there are so many. */
export async function pidsIn(file: string, count: number): Promise<readonly number[]> {
  let pids: readonly number[] = []
  await until(async () => {
    const text = await readFile(file, 'utf8').catch(() => '')
    pids = text
      .split('\n')
      .filter(line => line !== '')
      .map(Number)
    return pids.length >= count
  })
  return pids
}
