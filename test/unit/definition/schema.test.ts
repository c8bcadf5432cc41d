import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { composeRegistry } from '../../../src/cli/compose.ts'
import { buildSchemas } from '../../../src/definition/schema.ts'
import { publishDefinitionSchema, publishProjectSchema } from '../../../src/definition/schema-published.ts'
import { createMask } from '../../../src/model/mask.ts'
import { schemaParts } from '../../../src/plan/registry.ts'
import { eventSchema } from '../../../src/report/event-schema.ts'
import { jsonReportSchema } from '../../../src/report/json-schema.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const schemas = buildSchemas(schemaParts(composeRegistry(createMask())))

function published(name: string): object {
  return JSON.parse(readFileSync(`${ROOT}schemas/${name}`, 'utf8')) as object
}

/** What is no YAML, or endless, is not for a schema to say. */
function isAboutContent(name: string): boolean {
  return name.endsWith('.yaml') && !name.startsWith('yaml-')
}

describe('the published schemas', () => {
  test('are those of the sources: if not, npm run generate', () => {
    expect(published('definition.json')).toEqual(publishDefinitionSchema(schemas))
    expect(published('project.json')).toEqual(publishProjectSchema(schemas))
    expect(published('report.json')).toEqual(jsonReportSchema)
    expect(published('events.json')).toEqual(eventSchema)
  })

  test('say something of every key', () => {
    const silent: string[] = []
    const visit = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return
      for (const [key, part] of Object.entries(schema)) {
        if (key !== 'properties') {
          visit(part, `${path}/${key}`)
          continue
        }
        for (const [name, property] of Object.entries(part as object)) {
          const place = `${path}/properties/${name}`
          const { description, title } = property as { description?: string; title?: string }
          if (typeof property === 'object' && !description && !title && !path.endsWith('/if'))
            silent.push(place)
          visit(property, place)
        }
      }
    }
    visit(schemas.test, '')
    expect(silent.filter(path => !path.includes('httpRequest') && !path.includes('/then'))).toEqual([])
  })

  const ajv = new Ajv2020({ allErrors: true, strict: false })
  const validate = ajv.compile(published('definition.json'))

  function failures(folder: string): readonly string[] {
    const files = readdirSync(`${ROOT}specs/${folder}`).filter(isAboutContent)
    expect(files.length).toBeGreaterThan(0)
    return files.filter(name => {
      const documents = parseAllDocuments(readFileSync(`${ROOT}specs/${folder}/${name}`, 'utf8'), {
        merge: true
      })
      if (!Array.isArray(documents)) return true
      return documents.some(document => document.errors.length > 0 || !validate(document.toJS()))
    })
  }

  test('accept what is good, older spellings and keys without a value apart', () => {
    expect(failures('.')).toEqual([])
    expect(failures('faults')).toEqual([])
    expect(failures('good')).toEqual(['older-spellings.yaml'])
  })

  test('refuse what is bad, as far as a schema can see', () => {
    const refused = failures('bad')
    expect(refused).toEqual(
      expect.arrayContaining(['key-misspelt.yaml', 'assertions-empty.yaml', 'trigger-playwrightengine.yaml'])
    )
    const accepted = readdirSync(`${ROOT}specs/bad`).filter(
      name => isAboutContent(name) && !refused.includes(name)
    )
    // What is left is about the language, variables, files, and names that stand twice.
    expect(
      accepted.filter(
        name =>
          !/^(?:suite-cycle|trace-?id-|exec-for-a-shell|http-certificate|selector|assertion|when|template|variable|environment|secret|output-twice|body-file|url|data-store-by-name|grpc-|graphql-|http-certificate)/.test(
            name
          )
      )
    ).toEqual([])
  })
})
