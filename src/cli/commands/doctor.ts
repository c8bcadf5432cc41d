import type { ExitCode } from '../../errors/exit-code.ts'
import type { Finding } from '../../model/finding.ts'
import { renderFinding } from '../../report/findings.ts'
import type { Environment } from '../environment.ts'
import type { DoctorOptions } from '../options.ts'
import { outputScreen } from '../screens.ts'

/** Grows when a key of the document changes its meaning; additions do not count. */
const DOCUMENT_VERSION = 1

/** `tracerun doctor`: says each thing as it is found out. */
export async function examine(options: DoctorOptions, environment: Environment): Promise<ExitCode> {
  const { stdout, mask } = environment
  const isJson = options.output === 'json'
  const screen = outputScreen(environment)
  const findings: Finding[] = []
  const { examineAll } = await import('../examination.ts')
  for await (const found of examineAll(options, environment)) {
    const finding = mask.value(found)
    findings.push(finding)
    if (!isJson) stdout.write(mask.text(renderFinding(finding, screen)))
  }
  const problems = findings.filter(({ status }) => status === 'problem').length
  const outcome = problems === 0 ? 'ok' : 'problem'
  if (isJson) {
    const document = { schemaVersion: DOCUMENT_VERSION, outcome, findings }
    stdout.write(`${JSON.stringify(document, undefined, 2)}\n`)
  } else {
    const verdict = problems === 0 ? 'all is well' : `${problems} ${problems === 1 ? 'problem' : 'problems'}`
    stdout.write(`\n${verdict}\n`)
  }
  return problems === 0 ? 0 : 3
}
