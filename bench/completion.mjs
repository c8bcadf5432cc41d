// How often a verdict is wrong, and how soon it is there, on simulated systems: the real policy of waiting and the real
// judge, beside simpler rules with the same judge. The truth is the verdict on all spans that ever come.
// A harness against regressions, not a promise: the systems are our own assumptions.
import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { POLICIES, RIVALS } from './completion/rules.mjs'
import { systems } from './completion/systems.mjs'
import { isGood, printSystem } from './completion/table.mjs'

const TRACES = Number(process.env.TRACES ?? 20_000)
const AT_ONCE = 500

const rows = await simulateAll()
const names = [...RIVALS, ...POLICIES].map(({ name }) => name)
console.log(`${TRACES} traces a system, one check each; seconds after the answer`)
const met = systems.map((system, at) => printSystem(system, rows[at], names))
if (!met.every(isGood)) process.exitCode = 1

/** Shares the work out to processes; the rows of a system come back in the order of its traces. */
async function simulateAll() {
  const tasks = systems.flatMap((_, at) =>
    Array.from({ length: Math.ceil(TRACES / AT_ONCE) }, (_, chunk) => ({
      at,
      from: chunk * AT_ONCE,
      to: Math.min(TRACES, (chunk + 1) * AT_ONCE)
    }))
  )
  const rows = systems.map(() => [])
  await Promise.all(
    Array.from({ length: Math.min(availableParallelism(), tasks.length) }, () => work(tasks, rows))
  )
  return rows.map(list => list.sort((a, b) => a.number - b.number))
}

function work(tasks, rows) {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL('completion/simulation.mjs', import.meta.url)))
    child.on('message', message => {
      if (message.rows) rows[message.at].push(...message.rows)
      const task = tasks.shift()
      if (task) child.send(task)
      else child.disconnect()
    })
    child.on('error', reject)
    child.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a simulation ended with ${code}`))))
  })
}
