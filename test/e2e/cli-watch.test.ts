import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { followOutput } from '../support/follow-output.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/processes.ts'
import type { InlineResult, Workspace } from '../support/run-inline.ts'
import { openWorkspace, runInline } from '../support/run-inline.ts'
import type { SystemUnderTest } from '../support/system-under-test.ts'
import { sendSpans, startSystem } from '../support/system-under-test.ts'

const cleanups: AsyncDisposable[] = []
afterEach(async () => {
  for (const resource of cleanups.splice(0)) await resource[Symbol.asyncDispose]()
})

const testFile = (name: string, assertion = 'count() = 1', path = `/${name}`): string => `type: Test
spec:
  name: ${name}
  flushDelay: 500ms
  absenceWindow: 100ms
  async: 100ms
  trigger:
    type: http
    httpRequest: { method: POST, url: "${path}", body: ./body.json }
  specs:
    - selector: span[service.name="gateway"]
      assertions: [${assertion}]
`

interface Scene {
  readonly workspace: Workspace
  /** Waits for something on standard output. */
  readonly shows: (pattern: RegExp) => Promise<string>
  /** And on standard error. */
  readonly says: (pattern: RegExp) => Promise<string>
  /** The paths that were asked for since the last call. */
  asked(): readonly string[]
  /** As an editor does it that writes beside the file. */
  save(name: string, content: string | Uint8Array): Promise<void>
}

const WAITING = /waiting for changes/

/** Two tests that are watched, from their first run on; ends with Ctrl-C. */
async function whileWatching(
  play: (scene: Scene) => Promise<void>,
  files: Readonly<Record<string, string>> = {}
): Promise<InlineResult> {
  const port = await freePort()
  const system: SystemUnderTest = await startSystem(async ({ traceId, parentSpanId }) => {
    await sendSpans(port, [{ traceId, spanId: 'aaaaaaaaaaaaaaa1', parentSpanId }])
    return { body: '{"order":1}' }
  })
  cleanups.push(system)
  const workspace = await openWorkspace({
    'tracerun.yaml': `tests: [specs]\nendpoint: ${system.url}\notlpListen: ["127.0.0.1:${port}"]\n`,
    'specs/cart.yaml': testFile('cart'),
    'specs/pay.yaml': testFile('pay'),
    'specs/body.json': '{}',
    ...files
  })
  cleanups.push(workspace)
  let seen = 0
  let playing: Promise<void> | undefined
  const ended = await workspace.run(['run', '--watch'], {
    onStart: child => {
      const scene: Scene = {
        workspace,
        shows: followOutput(child.stdout),
        says: followOutput(child.stderr),
        asked: () => {
          const paths = system.requests.slice(seen).map(({ path }) => path)
          seen = system.requests.length
          return paths.sort()
        },
        save: async (name, content) => {
          const path = join(workspace.path, name)
          await writeFile(`${path}~`, content)
          await rename(`${path}~`, path)
        }
      }
      playing = play(scene).finally(() => child.kill('SIGINT'))
      // What goes wrong is told once the process has ended.
      playing.catch(() => {})
    }
  })
  await playing
  return ended
}

describe('run --watch', () => {
  test('judges again what is checked otherwise, without any request, and runs again what is asked otherwise', async () => {
    const { exitCode } = await whileWatching(async ({ shows, says, asked, save }) => {
      await shows(/2 passed/)
      await says(WAITING)
      expect(asked()).toEqual(['/cart', '/pay'])

      await save('specs/cart.yaml', testFile('cart', 'count() = 2'))
      expect(await says(WAITING)).toContain(
        'specs/cart.yaml was saved: "cart" is judged again on the saved trace, nothing is sent'
      )
      const judged = await shows(/1 failed/)
      expect(judged.replace(/\s+/g, ' ')).toContain('judged again, nothing was sent')
      expect(judged).toMatch(/actual\s+1/)
      await save('specs/cart.yaml', testFile('cart', 'response:status = 200'))
      await shows(/1 passed/)
      await says(WAITING)
      expect(asked()).toEqual([])

      await save('specs/cart.yaml', testFile('cart', 'count() = 1', '/cart?x=1'))
      expect(await says(WAITING)).toContain('specs/cart.yaml was saved: "cart" is run again')
      await shows(/1 passed/)
      expect(asked()).toEqual(['/cart?x=1'])

      await save('specs/pay.yaml', `# Said otherwise.\n${testFile('pay')}`)
      expect(await says(WAITING)).toContain('specs/pay.yaml was saved: no test is changed by it')
      await save('specs/body.json', '{"sku":1}')
      expect(await says(WAITING)).toContain('specs/body.json was saved: "cart", "pay" are run again')
      await shows(/2 passed/)
      expect(asked()).toEqual(['/cart?x=1', '/pay'])
    })
    expect(exitCode).toBe(0)
  })

  test('says that a trace which was cut short, since it had failed, does not decide another check', async () => {
    const files = { 'specs/cart.yaml': testFile('cart', 'count() = 0') }
    const { exitCode } = await whileWatching(async ({ shows, says, save }) => {
      await shows(/every check was final[\s\S]*1 failed, 1 passed/)
      await says(WAITING)
      await save('specs/cart.yaml', testFile('cart', 'count() <= 1'))
      const judged = (await shows(/1 failed/)).replace(/\s+/g, ' ')
      expect(judged).toContain('undetermined')
      expect(judged).toContain('run the test again for what is undetermined here')
      expect(judged).not.toContain('every check was final')
      await says(WAITING)
    }, files)
    expect(exitCode).toBe(1)
  })

  test('runs a test that is added, and judges the trace of one that was run before', async () => {
    await whileWatching(async ({ shows, says, asked, save }) => {
      await says(WAITING)
      asked()
      await save('specs/new.yaml', testFile('new'))
      expect(await says(WAITING)).toContain('"new" is run again')
      await shows(/1 passed/)
      expect(asked()).toEqual(['/new'])
      await save('specs/pay.yaml', testFile('pay', 'count() = 7'))
      expect(await says(WAITING)).toContain('"pay" is judged again')
      await shows(/1 failed/)
      expect(asked()).toEqual([])
    })
  })

  test('says what is wrong in a file and waits until it is mended; what failed decides the exit code', async () => {
    const { exitCode } = await whileWatching(
      async ({ shows, says, asked, save }) => {
        expect(await says(WAITING)).toMatch(/specs\/cart\.yaml:12:/)
        await save('specs/cart.yaml', testFile('cart', 'count() = 3'))
        await shows(/1 failed, 1 passed/)
        await says(WAITING)
        expect(asked()).toEqual(['/cart', '/pay'])
        await save('specs/pay.yaml', 'type: Test\nspec: [')
        expect(await says(WAITING)).toContain('specs/pay.yaml:2:')
        await save('specs/pay.yaml', testFile('pay'))
        expect(await says(WAITING)).toContain('no test is changed by it')
        expect(asked()).toEqual([])
      },
      { 'specs/cart.yaml': testFile('cart', 'count() == 3') }
    )
    expect(exitCode).toBe(1)
  })

  test('runs again what a file concerns that was saved while another was wrong', async () => {
    await whileWatching(async ({ says, asked, save }) => {
      await says(WAITING)
      // What is no text is known by having been saved alone.
      await save('specs/body.json', Uint8Array.of(0xff, 1))
      await says(WAITING)
      asked()
      await save('specs/cart.yaml', 'type: Test\nspec: [')
      await says(WAITING)
      await save('specs/body.json', Uint8Array.of(0xff, 2))
      await says(WAITING)
      expect(asked()).toEqual([])
      await save('specs/cart.yaml', testFile('cart'))
      expect(await says(WAITING)).toContain('"cart", "pay" are run again')
      expect(asked()).toEqual(['/cart', '/pay'])
    })
  })

  test('runs everything again that a setting of the project changes', async () => {
    await whileWatching(async ({ workspace, says, asked, save }) => {
      await says(WAITING)
      asked()
      const project = await workspace.read('tracerun.yaml')
      await save('tracerun.yaml', `${project}variables: { SKU: a }\n`)
      expect(await says(WAITING)).toContain('tracerun.yaml was saved: "cart", "pay" are run again')
      expect(asked()).toEqual(['/cart', '/pay'])
    })
  })

  test('interrupted while it waits for a trace reports what was measured', async () => {
    const { exitCode, stdout } = await whileWatching(async ({ workspace, says, asked, save }) => {
      await says(WAITING)
      asked()
      const project = await workspace.read('tracerun.yaml')
      await save('tracerun.yaml', `${project}pipeline: { tailSampling: 60s }\ntimeout: 120s\n`)
      let sent = 0
      await until(() => {
        sent += asked().length
        return sent === 2
      })
    })
    expect([exitCode, stdout]).toEqual([130, expect.stringContaining('interrupted')])
  })

  test.each([
    [['run', 'cart.yaml', '--watch'], { CI: 'true' }, 'in CI nobody does'],
    [['run', '-', '--watch'], {}, 'standard input is read once'],
    [['run', 'gone.yaml', '--watch'], {}, 'there is no file gone.yaml'],
    [['run', 'cart.yaml', '--watch', '--tag', 'smoke'], {}, 'no test has the tag']
  ])('has nothing to wait for: %j', async (args, env, message) => {
    const { exitCode, stderr } = await runInline(
      {
        'cart.yaml': testFile('cart', 'count() = 1', 'http://127.0.0.1:1/').replace(', body: ./body.json', '')
      },
      args,
      { env }
    )
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})
