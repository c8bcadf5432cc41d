// Takes the pictures of the docs anew, into docs/images. CHROMIUM names the browser, where it is not on the path.
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { takeReport } from './screenshots/report.mjs'
import { takeTerminal } from './screenshots/terminal.mjs'

/** Each takes a browser and a folder, and puts its pictures there. */
const PARTS = [takeTerminal, takeReport]

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url))
await mkdir(folder, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-lcd-text'
  ]
})
try {
  for (const take of PARTS) await take(browser, folder)
} finally {
  await browser.close()
}
