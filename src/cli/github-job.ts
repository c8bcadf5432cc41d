import { appendFile, stat } from 'node:fs/promises'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { DocumentReporter } from '../report/document-reporter.ts'
import type { PathOf } from '../report/github/annotations.ts'
import { createGithubReporter, type SummaryFile } from '../report/github/github.ts'
import type { Environment, Output } from './environment.ts'

/** Reports to the job of GitHub in which this process runs; `output` takes the commands. */
export function openGithubReporter(environment: Environment, output: Output): DocumentReporter {
  const path = environment.variables['GITHUB_STEP_SUMMARY']
  return createGithubReporter({
    say: command => output.command(command),
    pathOf: pathInWorkspace(environment),
    summary: path ? summaryFile(path) : undefined
  })
}

/** Annotations name files from the root of the repository, with forward slashes. */
function pathInWorkspace({ cwd, variables }: Environment): PathOf {
  const root = variables['GITHUB_WORKSPACE'] || cwd
  return file => {
    if (file === '-' || file.startsWith('<')) return undefined
    const path = relative(root, resolve(cwd, file))
    return path.startsWith('..') || isAbsolute(path) ? undefined : path.split(sep).join('/')
  }
}

function summaryFile(path: string): SummaryFile {
  return {
    size: async () => {
      const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return { size: 0 }
        throw error
      })
      return found.size
    },
    append: text => appendFile(path, text)
  }
}
