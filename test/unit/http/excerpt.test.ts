import { expect, test } from 'vitest'
import { excerptOf } from '../../../src/http/look-refusal.ts'

const excerpt = (body: string): string =>
  excerptOf({ status: 401, statusText: '', headers: [], trailers: [], body: Buffer.from(body) } as Parameters<
    typeof excerptOf
  >[0])

test('an excerpt ends before a word that it would cut in two: half of a secret is not found by who hides them', () => {
  const token = 'sekret-token-of-the-store'
  for (let before = 170; before < 205; before++) {
    const text = excerpt(`${'x '.repeat(before / 2)}"authorization":"Bearer ${token}" and more of it`)
    if (!text.includes(token)) expect(text).not.toContain('sekret')
    expect(text.length).toBeLessThanOrEqual(201)
  }
})
