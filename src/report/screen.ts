/** 0: none, 1: sixteen colours, 2: 256, 3: sixteen million. */
export type ColorLevel = 0 | 1 | 2 | 3

/** Where text is shown to a person, and what that place can do. */
export interface Screen {
  /** In columns of the terminal, as it is at this moment: a window changes its size. */
  readonly width: number
  /** Of the window, as it is at this moment. */
  readonly rows?: number | undefined
  readonly colorLevel: ColorLevel
  /** Lines that were written may be redrawn. */
  readonly isInteractive: boolean
  readonly isCi: boolean
  /** Signs and boxes beyond ASCII are shown as they are. */
  readonly hasUnicode: boolean
  /** A line that a narrower window has no room for is cut; others break it in two. */
  readonly cutsLines?: boolean
}

/** The variables of a process environment that say something of a screen; others are of no interest. */
export type Environment = Readonly<Partial<Record<EnvironmentVariable, string | undefined>>>

/** What is known of a stream and its surroundings. */
export interface ScreenFacts {
  readonly isTty: boolean
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly environment: Environment
  /** As Node names it: `win32`, `linux`. */
  readonly platform: string
}

/** The width of a line where nothing says how wide it may be. */
const DEFAULT_WIDTH = 120
const NARROWEST = 20
const CI_VARIABLES = [
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'JENKINS_URL',
  'TF_BUILD',
  'BUILDKITE',
  'TEAMCITY_VERSION'
] as const
type EnvironmentVariable =
  | (typeof CI_VARIABLES)[number]
  | 'CI'
  | 'COLORTERM'
  | 'COLUMNS'
  | 'FORCE_COLOR'
  | 'LANG'
  | 'LC_ALL'
  | 'LC_CTYPE'
  | 'NO_COLOR'
  | 'STY'
  | 'TERM'
  | 'TERM_PROGRAM'
  | 'WT_SESSION'
  | 'XTERM_VERSION'

/** Derives a screen; `FORCE_COLOR` beats `NO_COLOR`, as in Node, and both beat what the stream can do. */
export function detectScreen(facts: ScreenFacts): Screen {
  const isCi = detectCi(facts.environment)
  return {
    get width(): number {
      return detectWidth(facts)
    },
    get rows(): number | undefined {
      return facts.rows
    },
    colorLevel: detectColorLevel(facts),
    // What is narrower than all that is written can be redrawn by no one.
    get isInteractive(): boolean {
      return facts.isTty && !isCi && facts.environment.TERM !== 'dumb' && !(facts.columns! < NARROWEST)
    },
    isCi,
    hasUnicode: detectUnicode(facts),
    cutsLines: detectCutting(facts)
  }
}

/** The terminals that are known to cut: xterm itself, the console of Linux, GNU screen, and that of Windows before its Terminal. */
function detectCutting({ environment, platform }: ScreenFacts): boolean {
  const { TERM, STY, XTERM_VERSION, WT_SESSION } = environment
  if (platform === 'win32') return !WT_SESSION
  return TERM === 'linux' || Boolean(STY || XTERM_VERSION)
}

function detectCi(environment: Environment): boolean {
  const { CI } = environment
  if (CI !== undefined) return !['', '0', 'false'].includes(CI.toLowerCase())
  return CI_VARIABLES.some(name => Boolean(environment[name]))
}

function detectWidth({ columns, environment }: ScreenFacts): number {
  const width = columns || Number(environment.COLUMNS)
  return Number.isFinite(width) && width > 0 ? Math.max(NARROWEST, Math.floor(width)) : DEFAULT_WIDTH
}

function detectColorLevel({ isTty, environment, platform }: ScreenFacts): ColorLevel {
  const { FORCE_COLOR, NO_COLOR, TERM = '', COLORTERM = '' } = environment
  if (FORCE_COLOR !== undefined) return forcedLevel(FORCE_COLOR)
  if (NO_COLOR || !isTty || TERM === 'dumb') return 0
  if (/^(truecolor|24bit)$/i.test(COLORTERM)) return 3
  return platform === 'win32' || /256(color)?$/i.test(TERM) ? 2 : 1
}

function forcedLevel(text: string): ColorLevel {
  if (text === '0' || text.toLowerCase() === 'false') return 0
  return text === '2' ? 2 : text === '3' ? 3 : 1
}

function detectUnicode({ environment, platform }: ScreenFacts): boolean {
  const { TERM = '', WT_SESSION, CI, TERM_PROGRAM, LC_ALL, LC_CTYPE, LANG } = environment
  if (platform === 'win32')
    return Boolean(WT_SESSION || CI || TERM_PROGRAM === 'vscode' || TERM.startsWith('xterm'))
  if (TERM === 'linux') return false
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || 'UTF-8')
}
