import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openWorkspace } from '../support/run-inline.ts'

const SCRIPT = fileURLToPath(new URL('../../scripts/check-release.mjs', import.meta.url))
const CHANGELOG =
  '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-01-31\n\n### Added\n- A thing.\n\n## 1.2.2\n'

interface Project {
  readonly version?: string
  readonly locked?: string
  readonly changelog?: string
}

async function check(
  tag: readonly string[],
  { version = '1.2.3', locked = version, changelog = CHANGELOG }: Project = {}
): Promise<{ readonly status: number | null; readonly stderr: string }> {
  await using workspace = await openWorkspace({
    'package.json': JSON.stringify({ version }),
    'package-lock.json': JSON.stringify({ version: locked }),
    'CHANGELOG.md': changelog
  })
  return spawnSync(process.execPath, [SCRIPT, ...tag], { cwd: workspace.path, encoding: 'utf8' })
}

test('a tag that names the version, with a section of the changelog, may be published', async () => {
  expect(await check(['v1.2.3'])).toMatchObject({ status: 0, stderr: '' })
  expect(await check(['v1.2.3'], { changelog: CHANGELOG.replace('1.2.3 -', '[1.2.3] -') })).toMatchObject({
    status: 0
  })
})

test.each([
  [['v1.2.4'], {}, 'the tag is v1.2.4, and package.json says 1.2.3: tag v1.2.3.\n'],
  [['1.2.3'], {}, 'the tag is 1.2.3, and package.json says 1.2.3: tag v1.2.3.\n'],
  [[], {}, 'the tag is missing, and package.json says 1.2.3: tag v1.2.3.\n'],
  [
    ['v1.2.3'],
    { locked: '1.2.2' },
    'package-lock.json says 1.2.2, and package.json 1.2.3: run npm install.\n'
  ],
  [['v1.2.2'], { version: '1.2.2' }, 'the section 1.2.2 of CHANGELOG.md says nothing.\n'],
  [['v1.2'], { version: '1.2' }, 'CHANGELOG.md has no section 1.2: give the one of Unreleased that name.\n']
])('%j of %j is refused', async (tag, project, said) => {
  expect(await check(tag, project)).toMatchObject({ status: 1, stderr: said })
})
