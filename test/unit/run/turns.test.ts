import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTurns } from '../../../src/run/turns.ts'

test('tasks that share a name never overlap, every task is run, in the order of each name', async () => {
  const task = fc.record({
    names: fc.array(fc.constantFrom('stock', 'carts', 'mail'), { maxLength: 3 }),
    fails: fc.boolean()
  })
  await fc.assert(
    fc.asyncProperty(fc.array(task, { maxLength: 12 }), fc.scheduler(), async (tasks, scheduler) => {
      const turns = createTurns()
      const running = new Set<number>()
      const ended: number[] = []
      const all = tasks.map(({ names, fails }, index) =>
        turns.take(names, async () => {
          for (const other of running)
            expect(tasks[other]!.names.filter(name => names.includes(name))).toEqual([])
          running.add(index)
          await scheduler.schedule(Promise.resolve())
          running.delete(index)
          ended.push(index)
          if (fails) throw new Error('it failed')
        })
      )
      const settled = Promise.allSettled(all)
      await scheduler.waitFor(settled)
      expect(ended.toSorted((a, b) => a - b)).toEqual(tasks.map((_, index) => index))
      for (const name of ['stock', 'carts', 'mail']) {
        const ofName = ended.filter(index => tasks[index]!.names.includes(name as 'stock'))
        expect(ofName).toEqual(ofName.toSorted((a, b) => a - b))
      }
    })
  )
})
