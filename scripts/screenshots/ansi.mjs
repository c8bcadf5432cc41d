// A window of a terminal as a page: the few sequences that the pretty reporter writes, and no others.
const ESC = '\u001b'
const TOKEN = new RegExp(`${ESC}${String.raw`\[(\??)([\d;]*)([A-Za-z])|[\s\S]`}`, 'gu')
const STYLES = {
  1: { weight: 'bold' },
  2: { dim: true },
  22: { weight: undefined, dim: undefined },
  31: { color: '#f4707a' },
  32: { color: '#7ec97e' },
  33: { color: '#e6b450' },
  36: { color: '#6cc3d5' },
  39: { color: undefined }
}

/** The rows that are to be seen once all of the text was written, each a list of characters with their style. */
function rowsOf(text) {
  let rows = [[]]
  let row = 0
  let column = 0
  let style = {}
  const act = (sequence, letter, parameters) => {
    if (letter === 'm')
      for (const code of parameters.split(';')) style = code === '0' ? {} : { ...style, ...STYLES[code] }
    else if (letter === 'A') row -= Number(parameters)
    else if (letter === 'J') rows = [...rows.slice(0, row), []]
    else if (letter === 'K') rows[row].length = column
    else if (!sequence.includes('?')) throw new Error(`no page for ${JSON.stringify(sequence)}`)
  }
  for (const [token, , parameters = '', letter] of text.matchAll(TOKEN)) {
    if (letter !== undefined) act(token, letter, parameters)
    else if (token === '\n') {
      row++
      column = 0
      rows[row] ??= []
    } else rows[row][column++] = { text: token, style }
  }
  while (rows.at(-1)?.length === 0) rows.pop()
  return rows
}

/** A page with a window of so many columns, and a command above what it wrote. */
export function pageOf(text, { columns, command }) {
  const lines = rowsOf(text)
    .flatMap(row => brokenAt(columns, row))
    .map(row =>
      runsOf(row)
        .map(run => `<span style="${cssOf(run.style)}">${escapeHtml(run.text)}</span>`)
        .join('')
    )
  return `<!doctype html><meta charset="utf-8"><style>
    body { margin: 0; background: #1b1d23; }
    pre { margin: 0; padding: 14px 18px; width: calc(${columns}ch + 2px); font: 13px/1.38 'DejaVu Sans Mono', Menlo, Consolas, monospace; color: #d9dce3; font-variant-ligatures: none; }
    .command { color: #8b93a5; }
  </style><pre><span class="command">$ </span>${escapeHtml(command)}\n\n${lines.join('\n')}</pre>`
}

function brokenAt(columns, row) {
  const rows = []
  for (let at = 0; at === 0 || at < row.length; at += columns) rows.push(row.slice(at, at + columns))
  return rows
}

/** Neighbours of one style are one. */
function runsOf(row) {
  const runs = []
  for (const { text, style } of row) {
    const last = runs.at(-1)
    if (last !== undefined && cssOf(last.style) === cssOf(style)) last.text += text
    else runs.push({ text, style })
  }
  return runs
}

function cssOf({ color, weight, dim }) {
  return [color && `color:${color}`, weight && `font-weight:${weight}`, dim && 'opacity:.62']
    .filter(Boolean)
    .join(';')
}

function escapeHtml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
