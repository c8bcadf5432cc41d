import { VERSION } from './version.ts'

const words = process.argv.slice(2)

// Answered before anything else is loaded: scripts ask for it often.
if (words.length === 1 && ['--version', '-V', 'version'].includes(words[0]!))
  process.stdout.write(`${VERSION}\n`)
else {
  const { startProcess } = await import('./start.ts')
  await startProcess(process, words)
}
