import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const EXECUTABLE = process.env['CHROMIUM'] ?? PLACES.find(place => existsSync(place))

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync'
]

export interface PageOptions {
  readonly width?: number
  readonly height?: number
  readonly theme?: 'light' | 'dark'
  /** Of the address: which test is shown. */
  readonly hash?: string
}

/** A report that was opened from disk. */
export interface OpenedReport extends AsyncDisposable {
  readonly page: Page
  /** Addresses that it asked for beside its own, and what it complained of. Both should stay empty. */
  readonly requests: readonly string[]
  readonly complaints: readonly string[]
}

export type Open = (path: string, options?: PageOptions) => Promise<OpenedReport>

/** Tests that open reports in a real browser; skipped, with the reason in the title, where there is none. */
export function describeInBrowser(title: string, define: (open: Open) => void): void {
  if (EXECUTABLE === undefined) {
    describe.skip(`${title} (skipped: there is no Chromium at ${PLACES.join(', ')} or in CHROMIUM)`, () =>
      define(() => Promise.reject(new Error('no browser'))))
    return
  }
  describe(title, () => {
    let browser: Browser
    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: EXECUTABLE, args: FLAGS })
    })
    afterAll(() => browser.close())
    define((path, options) => openReport(browser, path, options))
  })
}

async function openReport(browser: Browser, path: string, options: PageOptions = {}): Promise<OpenedReport> {
  const { width = 1280, height = 900, theme = 'light', hash = '' } = options
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, offline: true })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const address = pathToFileURL(path).href
  const requests: string[] = []
  const complaints: string[] = []
  page.on('request', request => {
    if (request.url().replace(/#.*/, '') !== address) requests.push(request.url())
  })
  page.on('console', message => complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(String(error)))
  page.on('dialog', dialog => complaints.push(`dialog: ${dialog.message()}`))
  await page.goto(address + hash)
  return { page, requests, complaints, [Symbol.asyncDispose]: () => context.close() }
}
