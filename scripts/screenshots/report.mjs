// Pictures of the HTML report: a run on the shop of examples/shop, and a trace of ten thousand spans.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { LARGE_TEST, largeTrace } from './large-trace.mjs'
import { packPng } from './pack-png.mjs'
import { runOnShop } from './shop-run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const MOST_BYTES = 150_000
const SPANS = 10_000

const QUOTE = 'a quote asks the database once'

/** Name of the picture → what is to be seen in it. */
const PICTURES = {
  'report-light': { file: 'shop', show: page => openTest(page, QUOTE) },
  'report-dark': {
    file: 'shop',
    theme: 'dark',
    show: async page => {
      await openTest(page, QUOTE)
      await select(page, 'span[db.system.name="postgresql"]')
      await page.locator('.span-row.is-match').nth(3).click()
      await page.mouse.move(0, 0)
    }
  },
  'report-narrow': { file: 'shop', width: 360, height: 800, show: page => openTest(page, QUOTE) },
  'report-failure': {
    file: 'shop',
    show: page => openTest(page, 'the stock is reserved before the customer is charged')
  },
  'report-large': {
    file: 'large',
    show: async page => {
      await select(page, 'span:error')
      await page.locator('.trace').evaluate(trace => trace.scrollIntoView())
    }
  }
}

/** Puts `report-*.png` into a folder. */
export async function takeReport(browser, images) {
  const reports = await mkdtemp(join(tmpdir(), 'tracerun-pictures-'))
  try {
    await writeReports(reports)
    for (const [name, picture] of Object.entries(PICTURES)) {
      const png = packPng(await shotOf(browser, reports, picture))
      if (png.length > MOST_BYTES)
        throw new Error(`${name}.png takes ${png.length} bytes, more than ${MOST_BYTES}`)
      await writeFile(join(images, `${name}.png`), png)
      console.log(`${name}.png  ${Math.round(png.length / 1000)} kB`)
    }
  } finally {
    await rm(reports, { recursive: true })
  }
}

async function shotOf(browser, reports, { file, theme = 'light', width = 1280, height = 860, show }) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: theme })
  await page.goto(pathToFileURL(join(reports, `${file}.html`)).href)
  await show(page)
  await page.evaluate('new Promise(requestAnimationFrame)')
  const png = await page.screenshot()
  await page.close()
  return png
}

async function openTest(page, name) {
  await page.locator('.test-row').filter({ hasText: name }).click()
  await page.locator('.test h2').filter({ hasText: name }).waitFor()
  await page.mouse.move(0, 0)
}

async function select(page, selector) {
  await page.locator('#selector').fill(selector)
  await page.locator('.selector-status').filter({ hasText: 'match' }).waitFor()
}

async function writeReports(folder) {
  await runOnShop([
    ...['-f', 'specs/checkout.yaml', '-f', 'specs/faults', '-f', 'specs/order.yaml'],
    // One at a time, so that no span is late for want of a processor.
    ...['--jobs', '1'],
    ...['--reporter', `html=${join(folder, 'shop.html')}`]
  ])
  await writeFile(join(folder, 'import.yaml'), LARGE_TEST)
  await writeFile(join(folder, 'import.json'), JSON.stringify(largeTrace(SPANS)))
  const check = spawn(
    process.execPath,
    [
      ...[`${root}bin/tracerun.js`, 'check', '-f', 'import.yaml', '--trace', 'import.json'],
      ...['--reporter', 'html=large.html']
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }
  )
  await once(check, 'exit')
}
