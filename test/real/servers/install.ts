import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The servers of others that the wider suite runs against. */
export const COMPONENTS = ['jaeger', 'zipkin', 'kafka', 'rabbitmq'] as const
export type Component = (typeof COMPONENTS)[number]

/** Where a server was installed, or why it could not be. */
export type Installed =
  | { readonly isHere: true; readonly path: string }
  | { readonly isHere: false; readonly why: string }

const HOME = process.env['REAL_HOME'] ?? join(homedir(), '.cache', 'tracerun-real')
const BIN = join(HOME, 'bin')
const ZIPKIN_JAR = 'zipkin-server-3.5.1-exec.jar'
const PLACE: Readonly<Record<Component, string>> = {
  jaeger: join(BIN, 'jaeger'),
  zipkin: join(BIN, ZIPKIN_JAR),
  kafka: join(BIN, 'kafka-4.1.1-libs'),
  rabbitmq: join(BIN, 'rabbitmq')
}
/** Compiling Jaeger takes minutes on a small machine. */
const LONGEST_MS = 20 * 60_000
const MOST_OUTPUT = 64 * 1024 * 1024

const INSTALL: Readonly<Record<Component, () => Promise<string>>> = {
  jaeger: installJaeger,
  zipkin: installZipkin,
  kafka: installKafka,
  rabbitmq: installRabbitMq
}

/** Where a server is, if it was installed before. */
export async function findInstalled(component: Component): Promise<string | undefined> {
  return (await exists(PLACE[component])) ? PLACE[component] : undefined
}

/** Installs a server outside of the checkout; what is there already is taken as it is. */
export async function install(component: Component): Promise<Installed> {
  try {
    return { isHere: true, path: await INSTALL[component]() }
  } catch (error) {
    return { isHere: false, why: reasonOf(error) }
  }
}

/** Also the Collector: its receivers, processors and exporters are compiled into Jaeger. */
async function installJaeger(): Promise<string> {
  const path = PLACE.jaeger
  if (await exists(path)) return path
  const module = 'github.com/jaegertracing/jaeger'
  const version = 'v1.76.0'
  const folder = join(HOME, 'jaeger')
  await mkdir(folder, { recursive: true })
  // Its go.mod has a replacement, which `go install` refuses: it is built from a module of our own.
  const manifest = [
    'module realjaeger',
    'go 1.25.0',
    `require ${module} ${version}`,
    'replace github.com/Shopify/sarama => github.com/Shopify/sarama v1.33.0'
  ]
  await writeFile(join(folder, 'go.mod'), `${manifest.join('\n\n')}\n`)
  const go = (...args: readonly string[]): Promise<string> => output('go', args, folder)
  await go('mod', 'download', `${module}@${version}`)
  const sums = join(folder, 'go.sum')
  await copyFile(join(await go('env', 'GOMODCACHE'), `${module}@${version}`, 'go.sum'), sums)
  await chmod(sums, 0o644)
  const flags = [
    '-mod=mod',
    '-trimpath',
    '-ldflags',
    `-s -w -X ${module}/internal/version.latestVersion=v2.13.0`
  ]
  await landed(path, unfinished => go('build', ...flags, '-o', unfinished, `${module}/cmd/jaeger`))
  return path
}

async function installZipkin(): Promise<string> {
  const path = PLACE.zipkin
  if (await exists(path)) return path
  await mkdir(HOME, { recursive: true })
  await landed(path, async unfinished => {
    const folder = `${unfinished}.d`
    const what = ['-Dartifact=io.zipkin:zipkin-server:3.5.1:jar:exec', `-DoutputDirectory=${folder}`]
    await output('mvn', ['-q', '-B', 'dependency:copy', ...what], HOME)
    await rename(join(folder, ZIPKIN_JAR), unfinished)
    await rm(folder, { recursive: true })
  })
  return path
}

/** The jars of its broker; a manifest of our own says which they are. */
async function installKafka(): Promise<string> {
  const path = PLACE.kafka
  if (await exists(path)) return path
  const folder = join(HOME, 'kafka')
  await mkdir(folder, { recursive: true })
  const dependency = (group: string, name: string, version: string): string =>
    `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`
  const manifest = [
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>',
    '<groupId>real</groupId><artifactId>kafka</artifactId><version>1</version><dependencies>',
    dependency('org.apache.kafka', 'kafka_2.13', '4.1.1'),
    dependency('org.slf4j', 'slf4j-simple', '1.7.36'),
    '</dependencies></project>'
  ]
  await writeFile(join(folder, 'pom.xml'), manifest.join('\n'))
  await landed(path, unfinished => {
    const what = ['-DincludeScope=runtime', `-DoutputDirectory=${unfinished}`]
    return output('mvn', ['-q', '-B', 'dependency:copy-dependencies', ...what], folder)
  })
  return path
}

const ERLANG =
  'base asn1 crypto eldap ftp inets mnesia os-mon parsetools public-key runtime-tools snmp ssl syntax-tools tftp tools xmerl'

/** Debian's packages, unpacked and not installed: installing would start a server of the whole machine. */
async function installRabbitMq(): Promise<string> {
  const path = PLACE.rabbitmq
  if (await exists(path)) return path
  await landed(path, async unfinished => {
    const downloads = `${unfinished}.d`
    await mkdir(downloads, { recursive: true })
    const packages = ['rabbitmq-server', ...ERLANG.split(' ').map(name => `erlang-${name}`)]
    await output('apt-get', ['download', '-q', ...packages], downloads)
    for (const file of await readdir(downloads)) await output('dpkg', ['-x', file, unfinished], downloads)
    await rm(downloads, { recursive: true })
    const start = join(unfinished, 'usr/lib/erlang/bin/erl')
    const text = await readFile(start, 'utf8')
    await writeFile(start, text.replaceAll('ROOTDIR=/usr/lib', `ROOTDIR=${path}/usr/lib`))
  })
  return path
}

/** A file or folder appears whole or not at all, though an installation may be cut short. */
async function landed(path: string, make: (unfinished: string) => Promise<unknown>): Promise<void> {
  await mkdir(BIN, { recursive: true })
  const unfinished = `${path}.${process.pid}`
  await make(unfinished)
  await rename(unfinished, path)
}

async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await run(command, args, { cwd, timeout: LONGEST_MS, maxBuffer: MOST_OUTPUT })
  return stdout.trim()
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false
  )
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'ENOENT' && 'path' in error)
    return `there is no ${String(error.path)} here`
  const output = 'stderr' in error ? String(error.stderr).trim() : ''
  return (output === '' ? error.message : output).split('\n').slice(-3).join(' / ')
}
