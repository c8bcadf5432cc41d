// A process of the bench: simulates the traces that it is told to, and sends back what every rule made of them.
import { loadSources } from '../../scripts/load-sources.mjs'
import { classNames, createChecks } from './checks.mjs'
import { createRules } from './rules.mjs'
import { createRandom, simulate, systems } from './systems.mjs'

const sources = await loadSources(`
  export { createCallMemo } from './src/judge/calls.ts'
  export { judge } from './src/judge/judge.ts'
  export { parseAssertion, parseSelector } from './src/language/parse.ts'
  export { loadPatterns } from './src/language/patterns.ts'
  export { buildTrace } from './src/model/trace.ts'
  export { buildTriggerSpan } from './src/model/trigger-span.ts'
  export { createCollector } from './src/run/collector.ts'
  export { createJudging } from './src/run/judging.ts'
  export { settleJudgement } from './src/run/settle.ts'
  export { buildWaitPolicy } from './src/run/wait-policy.ts'
`)
await sources.loadPatterns()
const checkOf = createChecks(sources)
const rule = createRules(sources)

process.on('message', ({ at, from, to }) => {
  const rows = []
  for (let number = from; number < to; number++) {
    // Each trace has a seed of its own: how the work is shared out changes nothing.
    const random = createRandom(1_234_567 + 7919 * number)
    const simulated = simulate(systems[at], random)
    const className = classNames[number % classNames.length]
    const checks = checkOf(className, simulated, random)
    const verdicts = rule(simulated, checks, systems[at], number)
    const { answerMs, doneMs, fault } = simulated
    rows.push({ number, className, fault, doneMs: doneMs - answerMs, ...verdicts })
  }
  process.send({ at, rows })
})
process.send({ isReady: true })
