import module from 'node:module'
import { VERSION_LINE } from './version.ts'

/** From Node 22 on; the types are those of the oldest version that is supported. */
interface CachingModule {
  readonly enableCompileCache?: () => unknown
}

const words = process.argv.slice(2)

// Answered before anything else is loaded: scripts ask for it often.
if (words.length === 1 && ['--version', '-V', 'version'].includes(words[0]!)) {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return
    process.stderr.write(`error: standard output cannot be written: ${error.message}\n`)
    process.exitCode = 3
  })
  process.stdout.write(`${VERSION_LINE}\n`)
} else {
  // What libraries do in old ways is no word for users.
  process.noDeprecation = true
  // Compiled code is kept, in the folder for temporary files: the next start is faster.
  ;(module as CachingModule).enableCompileCache?.()
  const { startProcess } = await import('./start.ts')
  await startProcess(process, words)
}
