import type { Difference } from './difference.ts'

export const differencesInTexts: readonly Difference[] = [
  {
    id: 'percent-signs',
    reason: 'A percent sign beside `${…}` stays as it is written.',
    example: {
      form: 'request',
      text: 'http://${var:HOST}/search?q=a%20b',
      variables: { HOST: 'shop' },
      tracetest: 'http://shop/search?q=a%!b(MISSING)',
      here: 'http://shop/search?q=a%20b'
    },
    rows: ['"100% ${attr:n}"']
  },
  {
    id: 'quotes-in-requests',
    reason: 'Quotes in URLs, headers and bodies are sent as they are written.',
    example: {
      form: 'request',
      text: `{"name":"King's"}`,
      tracetest: `{"name":"King\\'s"}`,
      here: `{"name":"King's"}`
    }
  },
  {
    id: 'quotes-in-texts',
    reason: 'A backslash protects a quote and is gone; any other backslash stays as it is written.',
    example: { form: 'expression', text: `'it\\'s'`, tracetest: `it\\\\'s`, here: "it's" },
    rows: ['"\\${attr:n}"', "'it\\'s'", '"a\\\\b"', '"a\\"b"', `["a, b", 'c"d']`]
  },
  {
    id: 'unset-environment',
    reason:
      'A variable of the process that is not set is an error that names it; `${NAME:-default}` gives a default.',
    example: {
      form: 'file',
      from: 'http://localhost:8080/',
      to: '${SHOP_URL}/checkout',
      text: 'url: ${SHOP_URL}/checkout',
      tracetest: 'the URL is /checkout',
      here: 'error'
    }
  },
  {
    id: 'unknown-variable',
    reason:
      'A variable that nobody gives is an error before anything is sent; nothing asks at the terminal, and a CI job never hangs.',
    example: {
      form: 'file',
      from: 'http://localhost:8080/',
      to: 'http://${var:SHOP}/',
      text: 'url: http://${var:SHOP}/',
      tracetest: 'asks for it at the terminal, and blocks in CI',
      here: 'error'
    }
  },
  {
    id: 'last-names',
    reason: 'A last name is a last name.',
    example: { form: 'told', text: 'lastName()', tracetest: 'a first name', here: 'a last name' }
  }
]
