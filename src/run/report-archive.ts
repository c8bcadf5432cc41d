import { InternalError } from '../errors/errors.ts'
import { Archive } from '../model/archive.ts'
import type { TestReport } from '../model/run-event.ts'
import { isLocation } from '../source/source-text.ts'
import type { Packer } from './packer.ts'

/** How each test of a run that has ended stands. */
export interface ReportArchive {
  /** In the place of an earlier one of the same test. */
  put(report: TestReport): void
  get(id: string): TestReport
}

/** Without a packer, all stay as they are. */
export function createReportArchive(packer: Packer | undefined): ReportArchive {
  const archive = new Archive<TestReport, PackedReport>({
    above: packer?.aboveReports ?? Number.POSITIVE_INFINITY,
    pack(report) {
      const shared: object[] = []
      return { bytes: packer!.pack(setAside(report, shared)), shared }
    },
    unpack: ({ bytes, shared }) => putBack(packer!.unpack(bytes), shared) as TestReport
  })
  return {
    put: report => archive.put(report.id, report),
    get(id) {
      const report = archive.get(id)
      if (report === undefined) throw new InternalError(new Error(`the test ${id} has no report`))
      return report
    }
  }
}

interface PackedReport {
  readonly bytes: Uint8Array
  /** What others hold as well, and so stays as it is: files with their texts, errors with their causes. */
  readonly shared: readonly object[]
}

/** A copy with its shared objects in the list, and their places there instead: as boxed numbers, which no report holds. */
function setAside(value: unknown, shared: object[]): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error || isLocation(value)) return Object(shared.push(value) - 1)
  return mapItems(value, item => setAside(item, shared))
}

function putBack(value: unknown, shared: readonly object[]): unknown {
  if (value instanceof Number) return shared[Number(value)]
  if (typeof value !== 'object' || value === null) return value
  return mapItems(value, item => putBack(item, shared))
}

/** Of lists and plain objects; what else there is holds texts and numbers alone. */
function mapItems(value: object, change: (item: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(change)
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, change(item)]))
}
