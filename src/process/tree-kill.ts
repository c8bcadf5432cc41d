import { spawnSync } from 'node:child_process'

export type EndSignal = 'SIGTERM' | 'SIGKILL'

/** How a process and all that it started are told to end: by a signal to their group, or by a command where there are no groups. */
export type TreeKill =
  | { readonly kind: 'signal'; readonly target: number; readonly signal: EndSignal }
  | { readonly kind: 'command'; readonly file: string; readonly args: readonly string[] }

/** The way of a platform. `pid` is that of the first process, which leads its group. */
export function planTreeKill(platform: string, pid: number, signal: EndSignal): TreeKill {
  if (platform !== 'win32') return { kind: 'signal', target: -pid, signal }
  // Without /F, programs that have no window do not hear of it.
  return { kind: 'command', file: 'taskkill', args: ['/PID', String(pid), '/T', '/F'] }
}

/** Tells a tree to end; tells whether there was still something of it. Throws nothing. */
export function endTree(pid: number, signal: EndSignal): boolean {
  const plan = planTreeKill(process.platform, pid, signal)
  if (plan.kind === 'command')
    return spawnSync(plan.file, [...plan.args], { windowsHide: true, stdio: 'ignore' }).status === 0
  return signalGroup(plan.target, plan.signal)
}

/** Whether something of a tree is left; where there are no groups, nobody knows. */
export function isTreeAlive(pid: number): boolean {
  return process.platform !== 'win32' && signalGroup(-pid, 0)
}

function signalGroup(target: number, signal: EndSignal | 0): boolean {
  try {
    process.kill(target, signal)
    return true
  } catch (error) {
    // It is there, and belongs to somebody else by now.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
