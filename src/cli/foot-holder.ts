import type { Foot } from '../report/terminal/foot.ts'

/** Keeps what is drawn at the foot of the terminal in order, whatever happens to the window and to the process. */
export interface FootHolder {
  readonly foot: Foot | undefined
  /** Draws it again in a window that changes its size, and takes it away when the process stops or ends. */
  hold(foot: Foot): void
  release(): void
}

export function createFootHolder(host: NodeJS.Process): FootHolder {
  let foot: Foot | undefined
  const redraw = (): void => foot?.redraw()
  const remove = (): void => foot?.remove()
  // A shell takes over (Ctrl-Z) and needs its cursor.
  const stop = (): void => {
    remove()
    host.kill(host.pid, 'SIGSTOP')
  }
  return {
    get foot() {
      return foot
    },
    hold(next): void {
      foot = next
      host.stdout.on('resize', redraw)
      host.on('exit', remove)
      host.on('SIGTSTP', stop)
      host.on('SIGCONT', redraw)
    },
    release(): void {
      foot = undefined
      host.stdout.off('resize', redraw)
      host.off('exit', remove)
      host.off('SIGTSTP', stop)
      host.off('SIGCONT', redraw)
    }
  }
}
