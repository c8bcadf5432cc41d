import { once } from 'node:events'
import { expect, test } from 'vitest'
import { createBugHandler } from '../../../src/cli/bug-handler.ts'

async function handled(report: () => Promise<unknown>): Promise<readonly string[]> {
  const said: string[] = []
  const ended = new EventTarget()
  const end = once(ended, 'end')
  const handle = createBugHandler({
    report,
    say: text => void said.push(text),
    end: () => void ended.dispatchEvent(new Event('end'))
  })
  handle(new Error('nobody awaited this'))
  await end
  return said
}

test('a bug is reported, and ends the process', async () => {
  expect(await handled(() => Promise.resolve())).toEqual([])
})

test('where the report itself fails, plain words are left, and it ends all the same', async () => {
  const said = await handled(() => Promise.reject(new Error('a file of the program is gone')))
  expect(said.join('')).toMatch(/nobody awaited this[\s\S]*a file of the program is gone/)
})
