import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InputError } from './input-error.mjs'
import { splitWords } from './split-words.mjs'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The folder of the tests, the words of the command, and how tracerun is started. */
export function readInputs(env) {
  return {
    folder: folderOf(env),
    starter: starterOf(env.INPUT_VERSION?.trim() ?? ''),
    files: linesOf(env.INPUT_FILES),
    reporters: linesOf(env.INPUT_REPORTERS),
    args: argumentsOf(env),
    start: splitWords(env.INPUT_START ?? '', 'start')
  }
}

/** The command line, its words apart from each other: no shell ever reads them. */
export function wordsOf({ files, reporters, args, start }, report) {
  return [
    start.length > 0 ? 'exec' : 'run',
    ...files.map(file => `--file=${file}`),
    ...[...reporters, `json=${report}`].map(reporter => `--reporter=${reporter}`),
    ...args,
    ...(start.length > 0 ? ['--', ...start] : [])
  ]
}

function linesOf(text = '') {
  return text
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(line => line !== '')
}

function argumentsOf({ INPUT_ARGS }) {
  const args = splitWords(INPUT_ARGS ?? '', 'args')
  if (args.includes('--'))
    throw new InputError(
      'args',
      'there is nothing behind -- here: a command to start goes into the input start'
    )
  return args
}

function folderOf({ GITHUB_WORKSPACE, INPUT_WORKING_DIRECTORY }) {
  const given = INPUT_WORKING_DIRECTORY?.trim() ?? ''
  const folder = resolve(GITHUB_WORKSPACE ?? '.', given)
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(
      'working-directory',
      `${given === '' ? folder : given} is not a folder of the workspace: is actions/checkout a step before this one?`
    )
  return folder
}

/** A program and its first arguments. */
function starterOf(version) {
  if (version === 'local') return localStarter()
  const wanted =
    version === '' ? JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version : version
  if (!/^[~^]?[0-9A-Za-z][0-9A-Za-z.+-]*$/.test(wanted))
    throw new InputError('version', `"${wanted}" is none: write 1.2.3, ^1.2.3, latest or local`)
  return [...npx(), '--yes', `tracerun@${wanted}`]
}

function localStarter() {
  if (!existsSync(join(ROOT, 'dist', 'cli', 'main.js')))
    throw new InputError('version', `local is not built: run npm ci and npm run build in ${ROOT} before`)
  return [process.execPath, join(ROOT, 'bin', 'tracerun.js')]
}

/** On Windows npx is a batch file, which only a shell can start: the program behind it needs none. */
function npx() {
  if (process.platform !== 'win32') return ['npx']
  const program = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npx-cli.js')
  if (!existsSync(program))
    throw new InputError(
      'version',
      `npx is not beside ${process.execPath}: is actions/setup-node a step before?`
    )
  return [process.execPath, program]
}
