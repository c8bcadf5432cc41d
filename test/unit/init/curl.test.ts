import { describe, expect, test } from 'vitest'
import { readRequest } from '../../../src/init/read-request.ts'
import type { SketchedRequest } from '../../../src/init/request.ts'

/** A request in a line or more: what of it is not said is as in a GET. */
function show({ method, url, headers, body, auth, verifiesTls, leftOut }: SketchedRequest): string {
  return [
    `${method} ${url}`,
    ...headers.map(({ key, value }) => `${key}: ${value}`),
    ...(auth === undefined ? [] : [`auth ${Object.values(auth).join(' ')}`]),
    ...(verifiesTls ? [] : ['insecure']),
    ...(leftOut.length === 0 ? [] : [`without ${leftOut.join(' ')}`]),
    ...(body === undefined ? [] : ['file' in body ? `@${body.file}` : body.text])
  ].join('\n')
}

const FORM = 'content-type: application/x-www-form-urlencoded'
const JSON_TYPES = 'content-type: application/json\naccept: application/json'
const U = 'http://h/x'

const commands: readonly (readonly [command: string, request: string])[] = [
  ['http://h/x?a=1', 'GET http://h/x?a=1'],
  ['localhost:8080/cart', 'GET localhost:8080/cart'],
  ['http://h/${x}', 'GET http://h/$${x}'],
  [`curl ${U}`, `GET ${U}`],
  [`$ curl ${U}`, `GET ${U}`],
  [`curl.exe ${U}`, `GET ${U}`],
  [`/usr/bin/curl ${U}`, `GET ${U}`],
  [`curl --url ${U}`, `GET ${U}`],
  [`curl -X put ${U}`, `PUT ${U}`],
  [`curl -XDELETE ${U}`, `DELETE ${U}`],
  [`curl --request PATCH ${U}`, `PATCH ${U}`],
  [`curl -I ${U}`, `HEAD ${U}`],
  [`curl -sSLk ${U}`, `GET ${U}\ninsecure`],
  [`curl -o out.json --max-time 3 --compressed ${U}`, `GET ${U}`],
  [`curl -H 'A: b' -H 'Empty;' -H 'Gone:' ${U}`, `GET ${U}\nA: b\nEmpty: `],
  [`curl -d a=1 -d b=2 ${U}`, `POST ${U}\n${FORM}\na=1&b=2`],
  [`curl -G -d a=1 -d b=2 ${U}?c=3`, `GET ${U}?c=3&a=1&b=2`],
  [`curl --data-urlencode 'q=a b&c' ${U}`, `POST ${U}\n${FORM}\nq=a%20b%26c`],
  [`curl --data-raw @here ${U}`, `POST ${U}\n${FORM}\n@here`],
  [`curl -d @a.json ${U}`, `POST ${U}\n${FORM}\n@a.json`],
  [`curl --data-binary @C:\\\\data\\\\a.json ${U}`, `POST ${U}\n${FORM}\n@C:\\data\\a.json`],
  [`curl --json '{"a":1}' ${U}`, `POST ${U}\n${JSON_TYPES}\n{"a":1}`],
  [`curl -X PUT -H 'Content-Type: text/plain' -d hi ${U}`, `PUT ${U}\nContent-Type: text/plain\nhi`],
  [`curl -u joe:s:e ${U}`, `GET ${U}\nauth basic joe s:e`],
  [`curl --oauth2-bearer tok ${U}`, `GET ${U}\nauth bearer tok`],
  [
    `curl -b 'a=1; b=2' -A me -e http://r/ ${U}`,
    `GET ${U}\ncookie: a=1; b=2\nuser-agent: me\nreferer: http://r/`
  ],
  [
    `curl -H 'traceparent: 00-1' -H 'Sec-Fetch-Mode: cors' ${U}`,
    `GET ${U}\nwithout traceparent sec-fetch-mode`
  ],
  // Quotes of a POSIX shell.
  [
    `curl "${U}" \\\n  -H 'A: it'\\''s' \\\r\n  --data "say \\"hi\\""`,
    `POST ${U}\nA: it's\n${FORM}\nsay "hi"`
  ],
  [`curl ${U} --data-raw $'{"a":"x\\u0021\\n"}'`, `POST ${U}\n${FORM}\n{"a":"x!\n"}`],
  [`curl ${U}?a=1&b=2 | jq .`, `GET ${U}?a=1&b=2`],
  [`curl ${U} > out.json`, `GET ${U}`],
  [`curl "\${HOST}/x" -H "A: $TOKEN" -H 'B: $NOT' -H C:$D`, 'GET ${HOST}/x\nA: ${TOKEN}\nB: $NOT\nC: ${D}'],
  [`curl \${HOST:-http://h}/x`, 'GET ${HOST:-http://h}/x'],
  [`curl ${U} -d '\${var:X}'`, `POST ${U}\n${FORM}\n$\${var:X}`],
  // As Chrome copies it for cmd.exe, of late and before.
  [
    `curl ^"http://h/x?a=1^&b=2^" ^\n  -H ^"A: b^" ^\n  --data-raw ^"^{^\\^"sku^\\^":^\\^"50^%^\\^"^}^"`,
    `POST http://h/x?a=1&b=2\nA: b\n${FORM}\n{"sku":"50%"}`
  ],
  [
    `curl "http://h/x" ^\r\n  -H "A: b" ^\r\n  --data-raw "{\\"sku\\":\\"SKU-1\\"}" ^\r\n  --compressed`,
    `POST http://h/x\nA: b\n${FORM}\n{"sku":"SKU-1"}`
  ],
  [`curl ^"http://h/x^" --data-raw ^"a^\n\nb^"`, `POST http://h/x\n${FORM}\na\nb`],
  // PowerShell.
  [
    `curl.exe 'http://h/x' \`\n  -H 'A: it''s' -d "{\`"a\`":1}"`,
    `POST http://h/x\nA: it's\n${FORM}\n{"a":1}`
  ],
  [`curl.exe "http://h/x" -H "A: $env:TOKEN"`, 'GET http://h/x\nA: ${TOKEN}'],
  [`curl.exe http://h/x -d '{\\"a\\":1}'`, `POST http://h/x\n${FORM}\n{"a":1}`]
]

describe('a request is read from what was given', () => {
  test.each(commands)('%s', (command, request) => {
    expect(show(readRequest([command]))).toBe(request)
  })

  test('the words of a command are taken as the shell gave them', () => {
    expect(show(readRequest(['curl', '-d', '{"a": "$HOME ${x}"}', 'http://h/x']))).toBe(
      `POST http://h/x\n${FORM}\n{"a": "$HOME $\${x}"}`
    )
  })
})

const refusals: readonly (readonly [command: string, message: RegExp, hint: RegExp])[] = [
  [`curl -F a=@b ${U}`, /-F cannot be repeated/, /multipart.*--data-binary @FILE/],
  [`curl --form a=1 ${U}`, /--form cannot be repeated/, /multipart/],
  [`curl -T a.txt ${U}`, /-T cannot be repeated/, /--data-binary/],
  [`curl --digest ${U}`, /--digest/, /authorization/],
  [`curl -Q x ${U}`, /option -Q is not known/, /leave it out/],
  [`curl -sQ ${U}`, /option -Q is not known here \(in -sQ\)/, /leave it out/],
  [`curl --heade 'a: b' ${U}`, /--heade is not known/, /did you mean --header\?/],
  ['curl -H', /-H needs a value/, /^$/],
  ['curl -s', /names no URL/, /whole command/],
  [`curl ${U} ${U}/2`, /two URLs/, /quote missing/],
  [`curl -H nothing ${U}`, /"nothing" is no header/, /name: value/],
  [`curl -d @- ${U}`, /standard input/, /@FILE/],
  [`curl -d a -d @f ${U}`, /several parts/, /one file/],
  [`curl -G -d @f ${U}`, /-G with the file f/, /into the URL/],
  [`curl -b jar.txt ${U}`, /file of cookies/, /NAME=VALUE/],
  [`curl -H @h.txt ${U}`, /file of headers/, /themselves/],
  [`curl -u joe ${U}`, /password to be asked for/, /\$PASSWORD/],
  [`curl '${U}`, /a ' that is not closed/, /whole command/],
  [`curl "${U}`, /a " that is not closed/, /whole command/],
  [`curl ^"http://h/x^&a`, /a " that is not closed/, /whole command/],
  [`curl "$(cat url)"`, /another command/, /\$NAME/],
  [`curl \${HOST%/}/x`, /more than a variable/, /\$\{NAME\}/],
  ['ftp://h/x', /not HTTP/, /curl command/],
  ['http://', /not a URL/, /curl command/],
  ['Invoke-WebRequest -Uri http://h', /PowerShell/, /as cURL/],
  ['wget http://h', /"wget" is not read/, /^$/]
]

describe('what cannot be repeated is refused, with a way out', () => {
  test.each(refusals)('%s', (command, message, hint) => {
    const refused = refusalOf([command])
    expect(refused.message).toMatch(message)
    expect(refused.hint ?? '').toMatch(hint)
  })

  test('several words that are no command', () => {
    expect(refusalOf(['POST', 'http://h/x']).message).toContain('found 2 words')
  })
})

function refusalOf(words: readonly string[]): { message: string; hint?: string | undefined } {
  try {
    readRequest(words)
  } catch (error) {
    return error as Error & { hint?: string }
  }
  throw new Error('it was read')
}
