import { chmod, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Job, manifest, openJob, step } from './run-action.ts'

describe('the Action', () => {
  const HOSTILE = ['$(touch x)', '`touch x`', '; touch x', '| touch x', '&& touch x', '> x', '%0Atouch x']
  test.each(['files', 'start', 'args', 'reporters', 'version', 'working-directory'])(
    'runs nothing that stands in %s',
    async input => {
      await using job = await openJob()
      const { exitCode } = await job.run({ files: '.', version: 'local', [input]: HOSTILE.join('\n') })
      expect(exitCode).toBe(2)
      expect(await readdir(job.workspace.path)).not.toContain('x')
    }
  )

  const WRONG: readonly (readonly [inputs: Readonly<Record<string, string>>, said: string])[] = [
    [{ version: '1.2.3; ls' }, 'version: "1.2.3; ls" is none: write 1.2.3, ^1.2.3, latest or local'],
    [{ version: 'file:../elsewhere' }, 'version: "file:../elsewhere" is none'],
    [{ args: "--grep 'check" }, "args: the quote ' at character 8 is not closed"],
    [
      { args: '-- npm start' },
      'args: there is nothing behind -- here: a command to start goes into the input start'
    ],
    [{ start: 'npm "start' }, 'start: the quote " at character 5 is not closed'],
    [{ 'working-directory': 'no%where\nelse' }, 'working-directory: no%25where%0Aelse is not a folder']
  ]
  test.each(WRONG)(
    'says what is wrong with an input, on a line that the runner shows: %j',
    async (inputs, said) => {
      await using job = await openJob()
      const { exitCode, stdout, outputs } = await job.run({ version: 'local', ...inputs })
      expect(exitCode).toBe(2)
      expect(stdout).toMatch(/^::error title=tracerun::[^\n]*\n$/)
      expect(stdout).toContain(said)
      expect(outputs).toMatchObject({ passed: 'unknown', failed: 'unknown', report: '', 'exit-code': '2' })
    }
  )

  test('says on such a line that no test was run, and passes the exit code on', async () => {
    await using job = await openJob()
    const { exitCode, stdout, stderr, outputs } = await job.run({ files: 'none.yaml', version: 'local' })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('none.yaml')
    expect(stdout).toContain('::error title=tracerun::no test was run')
    expect(outputs).toMatchObject({ passed: 'unknown', failed: 'unknown', flaky: 'unknown', report: '' })
  })

  test('does not pass where the arguments ask for something else than tests', async () => {
    await using job = await openJob()
    const { exitCode, outputs } = await job.run({ args: '--help', version: 'local' })
    expect(exitCode).toBe(2)
    expect(outputs).toMatchObject({ passed: 'unknown', 'exit-code': '2' })
  })

  test('says what is missing where the Node of the job is too old', async () => {
    const old = 'Object.defineProperty(process, "versions", { value: { node: "18.20.0" } })'
    await using job = await openJob()
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(old)}` }
    const { exitCode, stdout } = await job.run({ version: 'local' }, { env })
    expect(exitCode).toBe(2)
    expect(stdout).toContain('::error title=tracerun::Node: it is 18.20.0, and 20.19 is needed')
  })

  // The package that npx finds here is linked as npm does it on systems with symbolic links.
  describe.skipIf(process.platform === 'win32')('with a version of npm', () => {
    /** A checkout that has tracerun installed already: npx then asks no registry. */
    async function openInstalled(program: string): Promise<Job> {
      const job = await openJob({
        'node_modules/tracerun/package.json':
          '{ "name": "tracerun", "version": "9.8.7", "bin": { "tracerun": "bin.js" } }',
        'node_modules/tracerun/bin.js': program,
        'node_modules/.bin/tracerun': '#!/bin/sh\nexec node node_modules/tracerun/bin.js "$@"\n'
      })
      await chmod(join(job.workspace.path, 'node_modules/.bin/tracerun'), 0o755)
      return job
    }

    test('hands it each word as it is', async () => {
      await using job = await openInstalled(
        'require("node:fs").writeFileSync("words.json", JSON.stringify(process.argv.slice(2)))'
      )
      const { exitCode } = await job.run({
        files: 'a $(touch x).yaml\nC:\\tests\\b.yaml',
        args: `--config C:\\ci\\tracerun.yaml --vars 'it''s' --grep "\`touch x\` \\"q\\"" --debug`,
        start: 'npm "run x"',
        version: '9.8.7'
      })
      expect(exitCode).toBe(2)
      const words = JSON.parse(await job.workspace.read('words.json')) as string[]
      const isReport = (word: string): boolean => word.startsWith('--reporter=json=')
      expect(words.filter(word => !isReport(word))).toEqual([
        'exec',
        '--file=a $(touch x).yaml',
        '--file=C:\\tests\\b.yaml',
        ...['--config', 'C:\\ci\\tracerun.yaml', '--vars', 'its', '--grep', '`touch x` "q"', '--debug'],
        ...['--', 'npm', 'run x']
      ])
      expect(words.filter(isReport)).toHaveLength(1)
      expect(await readdir(job.workspace.path)).not.toContain('x')
    })

    test('takes an end without a report for no verdict, whatever it was', async () => {
      await using job = await openInstalled('process.exitCode = Number(process.argv.at(-1))')
      for (const [ended, code] of [
        [0, 2],
        [1, 3],
        [3, 3],
        [70, 70]
      ]) {
        const { exitCode, outputs } = await job.run({ args: String(ended), version: '9.8.7' })
        expect(exitCode, String(ended)).toBe(code)
        expect(outputs).toMatchObject({ failed: 'unknown', 'exit-code': String(code) })
      }
    })
  })
})

describe('action.yml', () => {
  test('starts the script by a line that no input is part of', () => {
    expect(step.run).toBe('exec node "$GITHUB_ACTION_PATH/action/run.mjs"')
    expect(step.shell).toBe('bash')
  })

  test('hands each of its inputs to the script', () => {
    const handed = Object.values(step.env).map(text => /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(text)?.[1])
    expect(handed.sort()).toEqual(Object.keys(manifest.inputs).sort())
  })

  test('has the outputs that the script writes, and no others', async () => {
    await using job = await openJob()
    const { outputs } = await job.run({ version: 'none of them' })
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(manifest.outputs).sort())
    for (const [name, { value }] of Object.entries(manifest.outputs))
      expect(value).toBe(`\${{ steps.${step.id}.outputs.${name} }}`)
  })
})
