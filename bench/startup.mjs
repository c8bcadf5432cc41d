// How long tracerun takes to start, as ratios to `node -e 0` on the same machine.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROUNDS = Number(process.env.ROUNDS ?? 25)
const BIN = fileURLToPath(new URL('../bin/tracerun.js', import.meta.url))

const CHECKOUT = `type: Test
spec:
  name: checkout reserves stock, then charges
  trigger:
    type: http
    httpRequest: { method: POST, url: "http://localhost:8080/checkout" }
  specs:
    - selector: span[service.name="payment"]:entry
      assertions: ["count() = 1", "attr:payment.amount = 99.99"]
    - selector: span[db.system.name="postgresql"]
      assertions: ["count() <= 3", "sum(attr:duration) < 200ms"]
`

const folder = mkdtempSync(join(tmpdir(), 'tracerun-bench-'))
writeFileSync(join(folder, 'checkout.yaml'), CHECKOUT)

const cases = [
  { name: 'node -e 0', args: ['-e', '0'] },
  { name: 'tracerun --version', args: [BIN, '--version'], target: 1.5 },
  { name: 'tracerun --help', args: [BIN, '--help'] },
  { name: 'tracerun validate checkout.yaml', args: [BIN, 'validate', 'checkout.yaml'], target: 2.5 }
]

/** Each once a round, so that a busy moment of the machine strikes all of them. */
const times = new Map(cases.map(({ name }) => [name, []]))
for (let round = 0; round <= ROUNDS; round++)
  for (const { name, args } of cases) {
    const started = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
    // The first round fills the caches of the disk.
    if (round > 0) times.get(name).push(performance.now() - started)
  }
rmSync(folder, { recursive: true, force: true })

const median = values => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const base = median(times.get('node -e 0'))
console.log(`start-up, median of ${ROUNDS}`)
for (const { name, target } of cases) {
  const time = median(times.get(name))
  const ratio = time / base
  const goal =
    target === undefined ? '' : `   target <= ${target.toFixed(1)}  ${ratio <= target ? 'met' : 'MISSED'}`
  console.log(`  ${name.padEnd(34)}${time.toFixed(0).padStart(5)} ms${ratio.toFixed(2).padStart(8)} x${goal}`)
}
