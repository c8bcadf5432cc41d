import { setFlagsFromString } from 'node:v8'

/** Bytes of a function's code that run before it may be optimized: four times as many as Node 20 takes. */
const PATIENT_BUDGET = 540_672

/**
 * Leaves the processor to the system under test. The compiler of Node 20 optimizes what a run of seconds calls a few
 * hundred times, a third of the run's whole processor time, and wins nothing by it. Later versions have a second, quicker
 * compiler for that; they are left as they are, and so never hear of a flag they do not know.
 */
export function spareProcessor(): void {
  if (process.versions.node.startsWith('20.')) setFlagsFromString(`--interrupt-budget=${PATIENT_BUDGET}`)
}
