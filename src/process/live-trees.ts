import { spawn } from 'node:child_process'
import { endTree } from './tree-kill.ts'

const live = new Set<number>()

/** However this process ends, nothing that it started outlives it. */
function endAll(): void {
  for (const pid of live) endTree(pid, 'SIGKILL')
}

/** Watches over the tree of a process until it is disposed of. */
export function guardTree(pid: number): Disposable {
  if (live.size === 0) process.on('exit', endAll)
  live.add(pid)
  const stopWatchman = startWatchman(pid)
  return {
    [Symbol.dispose]: () => {
      stopWatchman()
      live.delete(pid)
      if (live.size === 0) process.off('exit', endAll)
    }
  }
}

/**
 * A shell that reads a line from us: where we are killed, or crash, it reads the end of its input instead, and ends the
 * tree. Where there is no shell, nothing is lost but this.
 */
function startWatchman(pid: number): () => void {
  if (process.platform === 'win32') return () => undefined
  const script = 'trap "" INT TERM HUP; read -r word || kill -s KILL -- "-$1"'
  const watchman = spawn('/bin/sh', ['-c', script, 'tracerun-watchman', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore']
  })
  watchman.on('error', () => undefined)
  watchman.stdin.on('error', () => undefined)
  watchman.unref()
  return () => void watchman.stdin.end('done\n')
}
