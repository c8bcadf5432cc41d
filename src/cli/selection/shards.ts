import type { Shard } from '../../model/run-event.ts'
import type { PlannedTest } from '../../plan/plan.ts'
import { unitOf } from '../../plan/suites.ts'

/**
 * The tests of one shard, in their order. Suites stay whole, and tests of one `serial` group together; what stays together is
 * dealt out in turn, in the order of file names and lines, which is the same on every machine.
 */
export function testsOfShard(tests: readonly PlannedTest[], { index, count }: Shard): readonly PlannedTest[] {
  const bundles = bundlesOf([...tests].sort(byPlace))
  const chosen = new Set(bundles.filter((_, position) => position % count === index - 1).flat())
  return tests.filter(test => chosen.has(test))
}

function byPlace(one: PlannedTest, other: PlannedTest): number {
  const [a, b] = [placeOf(one), placeOf(other)]
  if (a.source.name !== b.source.name) return a.source.name < b.source.name ? -1 : 1
  return a.range.start - b.range.start || (one.step?.number ?? 0) - (other.step?.number ?? 0)
}

function placeOf({ step, location }: PlannedTest): PlannedTest['location'] {
  return step?.suite.location ?? location
}

/** Whatever shares a unit or a serial group, directly or by way of others, in the order of its first test. */
function bundlesOf(tests: readonly PlannedTest[]): readonly (readonly PlannedTest[])[] {
  const bundleOf = new Map<unknown, Set<PlannedTest>>()
  const bundles = new Set<Set<PlannedTest>>()
  for (const test of tests) {
    const keys = [unitOf(test), ...(test.serial === undefined ? [] : [test.serial])]
    const known = new Set(keys.flatMap(key => bundleOf.get(key) ?? []))
    const ordered = [...bundles].filter(bundle => known.has(bundle))
    const [bundle = new Set<PlannedTest>(), ...others] = ordered
    bundles.add(bundle)
    for (const other of others) {
      bundles.delete(other)
      for (const one of other) bundle.add(one)
      for (const [key, owner] of bundleOf) if (owner === other) bundleOf.set(key, bundle)
    }
    bundle.add(test)
    for (const key of keys) bundleOf.set(key, bundle)
  }
  return [...bundles].map(bundle => [...bundle])
}
