// What the rows of a simulation come to: one line a rule, the promises, and where wrong verdicts come from.
import { POLICIES, RIVALS } from './rules.mjs'

const EPSILON_MS = 1e-6
const PROMISED = RIVALS.length + POLICIES.findIndex(({ isPromised }) => isPromised)

/** Prints a system; returns whether each promise is met. */
export function printSystem(system, rows, names) {
  const truth = quantilesOf(rows.map(({ doneMs }) => doneMs))
  const failing = rows.filter(row => row.truth !== 'passed').length
  console.log(`\n${system.name}`)
  console.log(`  truth: the last span can be seen p50 ${seconds(truth.p50)}  p95 ${seconds(truth.p95)}`)
  console.log(
    `  truth: ${percent(failing / rows.length).trim()} of the checks do not hold of the whole trace`
  )
  console.log(
    `  ${''.padEnd(38)}   wrong  = false pass + false failure   premature   complete p50   p95    verdict p50   p95`
  )
  const results = names.map((name, at) => summarize(name, rows, at))
  for (const result of results) printRule(result)
  for (const { name, parts } of results.slice(RIVALS.length)) printParts(name, parts)
  printLateWork(rows, names)
  const promises = promisesOf(system, truth, results)
  for (const { text, isMet } of promises) console.log(`  ${isMet ? 'met   ' : 'MISSED'}  ${text}`)
  printOrigins(rows)
  return promises
}

export function isGood(promises) {
  return promises.every(({ isMet }) => isMet)
}

function summarize(name, rows, at) {
  const of = row => row.outcomes[at]
  const wrong = rows.filter(row => isWrong(row, of(row)))
  const passes = wrong.filter(row => of(row).verdict === 'passed')
  const claims = rows.filter(row => !of(row).isEarly)
  const premature = claims.filter(row => of(row).endMs < row.doneMs - EPSILON_MS)
  return {
    name,
    wrong: wrong.length / rows.length,
    falsePasses: passes.length / rows.length,
    falseFailures: (wrong.length - passes.length) / rows.length,
    earlyWrong: wrong.filter(row => of(row).isEarly).length,
    premature: premature.length / claims.length,
    complete: quantilesOf(rows.map(row => of(row).completeMs)),
    verdict: quantilesOf(rows.map(row => of(row).endMs)),
    parts: at < RIVALS.length ? undefined : partsOf(rows, of)
  }
}

/** Nobody knows what lost spans would have shown: to say so of a trace that lacks some is right. */
function isWrong(row, outcome) {
  if (outcome.isUndetermined && (row.fault === 'lost spans' || row.truth !== 'passed')) return false
  return (outcome.verdict === 'passed') !== (row.truth === 'passed')
}

function partsOf(rows, of) {
  const some = filter => {
    const chosen = rows.filter(row => filter(of(row)))
    return { share: chosen.length / rows.length, times: quantilesOf(chosen.map(row => of(row).endMs)) }
  }
  const undetermined = filter =>
    rows.filter(row => of(row).isUndetermined && filter(row)).length / rows.length
  return {
    early: some(({ isEarly }) => isEarly),
    plain: some(({ isEarly, isWindowed }) => !isEarly && !isWindowed),
    windowed: some(({ isWindowed }) => isWindowed),
    undetermined: {
      healthy: undetermined(row => row.truth === 'passed' && row.fault !== 'lost spans'),
      lost: undetermined(row => row.fault === 'lost spans'),
      failing: undetermined(row => row.truth !== 'passed' && row.fault !== 'lost spans')
    }
  }
}

function printRule({ name, wrong, falsePasses, falseFailures, premature, complete, verdict }) {
  console.log(
    `  ${name.padEnd(38)}${percent(wrong)}  = ${percent(falsePasses)} + ${percent(falseFailures)}      ` +
      `  ${percent(premature)}       ${seconds(complete.p50)} ${seconds(complete.p95)}        ${seconds(verdict.p50)} ${seconds(verdict.p95)}`
  )
}

function printParts(name, { early, plain, windowed, undetermined }) {
  const part = (label, { share, times }) =>
    share === 0
      ? `${label}: none`
      : `${label}: ${percent(share).trim()} of the verdicts, p50 ${seconds(times.p50).trim()} p95 ${seconds(times.p95).trim()}`
  console.log(`  ${name}:`)
  console.log(
    `    ${part('early', early)}; ${part('at complete', plain)}; ${part('after the absence window', windowed)}`
  )
  console.log(
    `    undetermined: ${percent(undetermined.healthy).trim()} where the check holds (wrong), ${percent(undetermined.failing).trim()} where it does not, ${percent(undetermined.lost).trim()} on traces that lack spans for ever`
  )
}

/** What only time can show: work that began after the answer and breaks a check. */
function printLateWork(rows, names) {
  const late = rows.filter(row => row.breaksLate)
  if (late.length === 0) return
  const missed = names.map((name, at) => {
    const passed = late.filter(row => row.outcomes[at].verdict === 'passed')
    return `${percent(passed.length / late.length).trim()} by ${name}`
  })
  console.log(`  late calls that break a check: ${late.length}; passed over: ${missed.join(', ')}`)
}

function promisesOf({ limits }, truth, results) {
  const policy = results[PROMISED]
  const rivals = results.slice(0, RIVALS.length)
  // The absence window is printed apart: rivals have none, and pass over work that begins later.
  const better = rivals.filter(
    ({ wrong, verdict }) => wrong <= policy.wrong && verdict.p50 <= policy.complete.p50
  )
  const promises = [
    {
      text: `wrong verdicts ${percent(policy.wrong).trim()} <= ${percent(limits.wrong).trim()}`,
      isMet: policy.wrong <= limits.wrong
    },
    {
      text: `no rival is as good in both wrong verdicts and p50 to complete${better.map(({ name }) => `: ${name}`).join()}`,
      isMet: better.length === 0
    },
    {
      text: `early verdicts that are wrong: ${results.slice(RIVALS.length).map(({ earlyWrong }) => earlyWrong)} (none may be)`,
      isMet: results.slice(RIVALS.length).every(({ earlyWrong }) => earlyWrong === 0)
    }
  ]
  if (limits.ratio !== undefined) {
    const ratio = policy.complete.p50 / truth.p50
    promises.splice(1, 0, {
      text: `p50 to complete ${ratio.toFixed(2)} x truth <= ${limits.ratio} x`,
      isMet: ratio <= limits.ratio
    })
  }
  return promises
}

/** Where wrong verdicts of the promised policy come from: by what is wrong with the trace, and by class of check. */
function printOrigins(rows) {
  const wrong = rows.filter(row => isWrong(row, row.outcomes[PROMISED]))
  if (wrong.length === 0) return
  const verdictOf = ({ outcomes }) =>
    outcomes[PROMISED].isUndetermined ? 'undetermined' : outcomes[PROMISED].verdict
  printCounts('by trace', wrong, row => `${row.fault}, ${verdictOf(row)} (${row.outcomes[PROMISED].ground})`)
  const perClass = Math.ceil(rows.length / new Set(rows.map(({ className }) => className)).size)
  printCounts(`by check, each of ${perClass}`, wrong, ({ className }) => className)
}

const MOST_ORIGINS = 8

function printCounts(title, rows, labelOf) {
  const counts = new Map()
  for (const row of rows) counts.set(labelOf(row), (counts.get(labelOf(row)) ?? 0) + 1)
  const sorted = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_ORIGINS)
  console.log(`  wrong ${title}: ${sorted.map(([label, count]) => `${count} ${label}`).join('; ')}`)
}

function quantilesOf(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const at = share => sorted[Math.floor(sorted.length * share)]
  return { p50: at(0.5), p95: at(0.95) }
}

function percent(share) {
  return `${(share * 100).toFixed(2).padStart(6)} %`
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1).padStart(5)}`
}
