/** The program of the page, built from `src/viewer`, and the hashes by which the page allows it and nothing else. */
export interface Viewer {
  readonly script: string
  readonly style: string
  readonly scriptHash: string
  readonly styleHash: string
}

/** What stands before the data: the page may run its own script and style, and reach nothing at all. */
export function renderHead({ style, scriptHash, styleHash }: Viewer): string {
  const policy = [
    "default-src 'none'",
    `script-src '${scriptHash}'`,
    `style-src '${styleHash}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'"
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>tracerun report</title>
<style>${style}</style>
</head>
<body>
<div id="app"><p class="unfinished">There is nothing to show yet. If this stays, JavaScript is off, or the run ended before its report was written to the end.</p></div>
`
}

/** What stands behind the data. */
export function renderFoot({ script }: Viewer): string {
  return `<script>${script}</script>\n</body>\n</html>\n`
}
