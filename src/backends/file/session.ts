import { BackendError } from '../../errors/errors.ts'
import { TraceStore } from '../../otlp/trace-store.ts'
import type { PluginContext } from '../../plugin/context.ts'
import type { TraceSession } from '../../plugin/trace-backend.ts'
import { FileSet } from './file-set.ts'
import { followFiles } from './follow.ts'
import { Intake } from './intake.ts'
import type { FileOptions } from './options.ts'
import { pathsOf } from './options.ts'
import { isPattern, nearName } from './paths.ts'

const HOW_TO_SEND =
  'the `file` exporter of a Collector must write there, with `format: json` and no compression'

/** Reads the files; those that are tailed are read on until the session is disposed of. */
export async function openSession(options: FileOptions, context: PluginContext): Promise<TraceSession> {
  const paths = pathsOf(options)
  if (typeof paths === 'string')
    throw new BackendError({ code: 'BACKEND_UNREACHABLE', message: `the data store \`file\`: ${paths}` })
  const nowMs = (): number => Number(context.clock.now() / 1_000_000n)
  const store = new TraceStore(nowMs)
  const intake = new Intake(store)
  const files = new FileSet(paths, intake, nowMs, context.signal)
  const names = paths.join(', ')
  try {
    await files.read()
    if (options.tail === false) return await openFinished(files, intake, names)
  } catch (error) {
    await files[Symbol.asyncDispose]()
    throw error
  }

  const old = new Set(store.unclaimed().map(({ traceId }) => traceId))
  const near = await nearNames(files.missing)
  const following = followFiles(paths, files, context)
  context.debug(`file: following ${names}`)
  return {
    get describe(): string {
      const awaited = files.missing.map(path => `; ${awaitedText(path)}${near.get(path) ?? ''}`)
      return `the OTLP JSON lines of ${names}${awaited.join('')}: ${HOW_TO_SEND}${intake.complaints()}`
    },
    fetch: async (traceId, signal, reach) => {
      signal.throwIfAborted()
      if (following.failure !== undefined) throw following.failure
      return intake.look(traceId, false, reach)
    },
    subscribe: (traceId, onMore, reach) => {
      const arrivals = intake.subscribe(traceId, onMore, reach)
      const failure = following.onFailure(onMore)
      return {
        [Symbol.dispose]: () => {
          arrivals[Symbol.dispose]()
          failure[Symbol.dispose]()
        }
      }
    },
    foreign: () => store.unclaimed().filter(({ traceId }) => !old.has(traceId)),
    [Symbol.asyncDispose]: async () => {
      await following[Symbol.asyncDispose]()
      await files[Symbol.asyncDispose]()
    }
  }
}

async function openFinished(files: FileSet, intake: Intake, names: string): Promise<TraceSession> {
  const [missing] = files.missing
  if (missing !== undefined) {
    const near = await nearNames([missing])
    throw new BackendError({
      code: 'BACKEND_UNREACHABLE',
      message: isPattern(missing)
        ? `no file fits ${missing}`
        : `there is no file ${missing}${near.get(missing) ?? ''}`,
      hint: 'correct the path; or leave `tail: false` out, if it is written while the tests run'
    })
  }
  files.finish()
  await files[Symbol.asyncDispose]()
  return {
    get describe(): string {
      return `the OTLP JSON lines of ${names}, read once (\`tail: false\`)${intake.complaints()}`
    },
    fetch: async (traceId, signal, reach) => {
      signal.throwIfAborted()
      return intake.look(traceId, true, reach)
    },
    [Symbol.asyncDispose]: () => Promise.resolve()
  }
}

function awaitedText(path: string): string {
  return isPattern(path)
    ? `no file fits ${path} yet: they are awaited`
    : `${path} does not exist yet: it is awaited`
}

async function nearNames(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (const path of paths) {
    const near = isPattern(path) ? undefined : await nearName(path)
    if (near !== undefined) names.set(path, ` (there is \`${near}\`)`)
  }
  return names
}
