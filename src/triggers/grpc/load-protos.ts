import { basename, dirname, join, relative, resolve } from 'node:path'
import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import { DefinitionMistake } from './definition-mistake.ts'

/** Reads a file; rejects with what Node says. */
export type ReadFile = (path: string) => Promise<Uint8Array>

/** Where services are defined, if a file says it. */
export interface DefinitionFiles {
  readonly protobufFile?: string
  readonly importPaths?: readonly string[]
  readonly descriptorSet?: string
}

const INLINE = /[\n;{]/
const INLINE_NAME = 'the text'

/** The services that the files define; undefined where none is named. Rejects with `DefinitionMistake`. */
export async function loadDefinition(
  { protobufFile, importPaths = [], descriptorSet }: DefinitionFiles,
  readFile: ReadFile
): Promise<protobuf.Root | undefined> {
  if (descriptorSet !== undefined && protobufFile !== undefined)
    throw new DefinitionMistake('descriptorSet', '`protobufFile` defines the services already', {
      hint: 'keep one of the two'
    })
  if (importPaths.length > 0 && protobufFile === undefined)
    throw new DefinitionMistake(
      'importPaths',
      '`importPaths` is for the imports of a `protobufFile`, and there is none'
    )
  if (descriptorSet !== undefined) return await loadDescriptorSet(descriptorSet, readFile)
  if (protobufFile === undefined) return undefined
  return await new ProtoLoader(protobufFile, importPaths, readFile).load()
}

async function loadDescriptorSet(path: string, readFile: ReadFile): Promise<protobuf.Root> {
  const name = basename(path)
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new DefinitionMistake('descriptorSet', `${name} cannot be read: ${reasonOf(cause)}`, { cause })
  })
  return readDescriptors(bytes, cause => {
    throw new DefinitionMistake(
      'descriptorSet',
      `${name} is no descriptor set, or an incomplete one: ${saidBy(cause)}`,
      {
        hint: 'write it with `protoc --include_imports --descriptor_set_out=FILE`, or `buf build -o FILE`',
        cause
      }
    )
  })
}

/** The services of a `FileDescriptorSet`, which holds every file that another one imports. */
export function readDescriptors(bytes: Uint8Array, refuse: (cause: unknown) => never): protobuf.Root {
  try {
    const root = protobuf.Root.fromDescriptor(bytes, { keepCase: true })
    resolveAll(root)
    return root
  } catch (error) {
    return refuse(error)
  }
}

/** Reads a file and what it imports, each once. */
class ProtoLoader {
  readonly #root = new protobuf.Root()
  readonly #seen = new Set<string>()
  readonly #written: string
  readonly #importPaths: readonly string[]
  readonly #readFile: ReadFile

  constructor(written: string, importPaths: readonly string[], readFile: ReadFile) {
    this.#written = written
    this.#importPaths = importPaths
    this.#readFile = readFile
  }

  async load(): Promise<protobuf.Root> {
    if (INLINE.test(this.#written)) await this.#add(this.#written, { name: INLINE_NAME })
    else {
      const path = this.#written
      const text = await this.#read(path).catch((cause: unknown) => {
        throw new DefinitionMistake('protobufFile', `${basename(path)} cannot be read: ${reasonOf(cause)}`, {
          hint: 'its path starts where the YAML file stands; the text of a .proto file may stand here as well',
          cause
        })
      })
      this.#seen.add(path)
      await this.#add(text, { name: basename(path), path })
    }
    try {
      resolveAll(this.#root)
    } catch (cause) {
      throw new DefinitionMistake('protobufFile', `${this.#rootName} does not compile: ${saidBy(cause)}`, {
        hint: 'is an import missing, or a name misspelt?',
        cause
      })
    }
    return this.#root
  }

  get #rootName(): string {
    return INLINE.test(this.#written) ? INLINE_NAME : basename(this.#written)
  }

  async #add(text: string, { name, path }: { readonly name: string; readonly path?: string }): Promise<void> {
    const parsed = this.#parse(text, name)
    for (const target of parsed.imports ?? []) await this.#import(target, name, path, false)
    for (const target of parsed.weakImports ?? []) await this.#import(target, name, path, true)
  }

  #parse(text: string, name: string): protobuf.IParserResult {
    try {
      return protobuf.parse(text, this.#root, { keepCase: true })
    } catch (cause) {
      const [, problem, lineText] = /^(.*) \((?:.*, )?line (\d+)\)$/s.exec(saidBy(cause)) ?? []
      const line = lineText === undefined ? undefined : Number(lineText)
      const place =
        line === undefined ? name : name === INLINE_NAME ? `line ${line} of ${name}` : `${name}:${line}`
      throw new DefinitionMistake('protobufFile', `${place} does not compile: ${problem ?? saidBy(cause)}`, {
        ...(name === INLINE_NAME ? { line } : {}),
        cause
      })
    }
  }

  async #import(target: string, from: string, path: string | undefined, isWeak: boolean): Promise<void> {
    const bundled = protobuf.common.get(target)
    if (bundled !== null) {
      this.#addBundled(target, bundled)
      return
    }
    if (target === 'google/protobuf/descriptor.proto') {
      this.#addBundled(target, descriptor.FileDescriptorSet.root.toJSON())
      return
    }
    for (const candidate of this.#placesOf(target, path)) {
      if (this.#seen.has(candidate)) return
      const text = await this.#read(candidate).catch((cause: unknown) => {
        if (isAbsent(cause)) return undefined
        const name = this.#nameOf(candidate)
        throw new DefinitionMistake(
          'protobufFile',
          `${from} imports ${name}, which cannot be read: ${reasonOf(cause)}`,
          { cause }
        )
      })
      if (text === undefined) continue
      this.#seen.add(candidate)
      await this.#add(text, { name: this.#nameOf(candidate), path: candidate })
      return
    }
    if (isWeak) return
    throw new DefinitionMistake('protobufFile', `${from} imports ${target}, which is not found`, {
      hint: `name the folder that it starts from: \`importPaths: [./protos]\`${
        this.#importPaths.length === 0
          ? ''
          : `; looked for in ${this.#importPaths.map(folder => basename(folder)).join(', ')}`
      }`
    })
  }

  #addBundled(target: string, json: protobuf.INamespace): void {
    if (this.#seen.has(target)) return
    this.#seen.add(target)
    this.#root.addJSON(json.nested ?? {})
  }

  /** Where protoc would look, and beside the file that imports. */
  #placesOf(target: string, path: string | undefined): readonly string[] {
    const own = INLINE.test(this.#written) ? [] : [dirname(this.#written)]
    const beside = path === undefined ? [] : [dirname(path)]
    return [...this.#importPaths, ...own, ...beside].map(folder => resolve(folder, target))
  }

  #nameOf(path: string): string {
    if (INLINE.test(this.#written)) return basename(path)
    return join(relative(dirname(this.#written), path)).replaceAll('\\', '/')
  }

  async #read(path: string): Promise<string> {
    return new TextDecoder('utf-8', { fatal: true }).decode(await this.#readFile(path))
  }
}

/** Types of fields, and of the methods, which protobufjs leaves for later. */
function resolveAll(root: protobuf.Root): void {
  root.resolveAll()
  for (const service of servicesOf(root)) for (const method of service.methodsArray) method.resolve()
}

/** Every service below a namespace. */
export function servicesOf(namespace: protobuf.NamespaceBase): readonly protobuf.Service[] {
  return namespace.nestedArray.flatMap(one => {
    if (one instanceof protobuf.Service) return [one]
    return one instanceof protobuf.Namespace ? servicesOf(one) : []
  })
}

const REASONS: Readonly<Record<string, string | undefined>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is no UTF-8 text'
}

/** Why a file cannot be read, in a few words and without its path. */
export function reasonOf(error: unknown): string {
  return REASONS[codeOf(error)] ?? saidBy(error)
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function saidBy(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
