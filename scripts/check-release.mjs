// Says whether what the tag names is what would be published: node scripts/check-release.mjs v1.2.3
import { readFileSync } from 'node:fs'

const [tag] = process.argv.slice(2)
const { version } = JSON.parse(readFileSync('package.json', 'utf8'))
const locked = JSON.parse(readFileSync('package-lock.json', 'utf8')).version
const sections = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m)
const section = sections.find(text => /^\[?([^\]\s]+)/.exec(text)?.[1] === version)

const problems = [
  tag !== `v${version}` &&
    `the tag is ${tag ?? 'missing'}, and package.json says ${version}: tag v${version}`,
  locked !== version && `package-lock.json says ${locked}, and package.json ${version}: run npm install`,
  section === undefined && `CHANGELOG.md has no section ${version}: give the one of Unreleased that name`,
  section !== undefined && !/^- /m.test(section) && `the section ${version} of CHANGELOG.md says nothing`
].filter(problem => problem !== false)

for (const problem of problems) console.error(`${problem}.`)
process.exitCode = problems.length === 0 ? 0 : 1
