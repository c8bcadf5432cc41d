import type { RunEvent, RunReport } from '../model/run-event.ts'

/** Renders a run. Sees events and the report; never the plan, a backend or the process. */
export interface Reporter {
  readonly name: string
  onEvent(event: RunEvent): void
  /** Called once, after the last event. */
  close(report: RunReport): Promise<void>
}
