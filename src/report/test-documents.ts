import { Archive } from '../model/archive.ts'
import { pack, unpack } from '../otlp/pack.ts'
import type { JsonTest } from './json-report.ts'

/** Of a run of a few hundred tests none is packed. */
const MOST_LOOSE = 250

/** For the documents of a run by the ids of their tests, of each the last. */
export function createTestDocuments(): Archive<JsonTest, Uint8Array> {
  return new Archive<JsonTest, Uint8Array>({
    above: MOST_LOOSE,
    pack,
    unpack: packed => unpack(packed) as JsonTest
  })
}
