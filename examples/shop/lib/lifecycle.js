const LONGEST_STOP_MS = 3000

/**
 * Makes this process a child of the launcher in shop.js, if that is what started it: the launcher learns where it
 * listens, tells it where the others do (as variables, just as a person would set them), and ends it.
 * Messages and not signals, since Windows has no signal that a process could answer. When the launcher is gone,
 * the process ends too.
 */
export function joinLauncher(name, port, close) {
  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    // Spans that nobody takes any more are no reason to hang.
    setTimeout(() => process.exit(0), LONGEST_STOP_MS).unref()
    await close().catch(() => {})
    process.exit(0)
  }
  process.on('message', message => {
    if (message.type === 'addresses') Object.assign(process.env, message.addresses)
    if (message.type === 'stop') stop()
  })
  process.on('disconnect', stop)
  process.on('SIGTERM', stop)
  // Ctrl-C reaches the whole process group: a child of a launcher waits for its word.
  process.on('SIGINT', () => {
    if (!process.connected) stop()
  })
  if (process.send === undefined) console.log(`${name} listens on 127.0.0.1:${port}`)
  else if (process.connected) process.send({ type: 'listening', port })
  else stop()
}
