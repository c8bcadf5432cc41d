import { readFileSync } from 'node:fs'
import { validateXML } from 'xmllint-wasm'

const SCHEMA = readFileSync(new URL('../fixtures/jenkins/junit-10.xsd', import.meta.url), 'utf8')

/** What Jenkins' schema finds wrong with a JUnit report, a line each. */
export async function junitFaults(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: { fileName: 'junit.xml', contents: xml },
    schema: { fileName: 'junit-10.xsd', contents: SCHEMA }
  })
  return errors.map(error => error.message)
}
