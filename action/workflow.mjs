import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'

/** An annotation of the job, as a line that the runner reads. */
export function errorCommand(message) {
  const escaped = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  return `::error title=tracerun::${escaped}\n`
}

/** Hands outputs to the steps that follow. The mark that ends a value cannot be guessed, so no value can end early. */
export function writeOutputs(path, outputs) {
  const blocks = Object.entries(outputs).map(([name, value]) => {
    const mark = `end-${randomUUID()}`
    return `${name}<<${mark}\n${value}\n${mark}\n`
  })
  appendFileSync(path, blocks.join(''))
}
