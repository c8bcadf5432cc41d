import { BackendError } from '../../errors/errors.ts'

const AS_JSON_LINES =
  'set `format: json` and leave `compression` out in the `file` exporter of the Collector, and empty the file'

/** How many bytes of the start of a file tell its format. */
export const HEAD_BYTES = 8

/** Throws where the first bytes of a file show that it holds something else than text. */
export function refuseOtherFormats(head: Buffer, path: string): void {
  const format = formatOf(head)
  if (format === undefined) return
  throw new BackendError({
    code: 'BACKEND_BAD_RESPONSE',
    message: `${path} holds ${format}, which is not supported: use format json without compression`,
    hint: format === UTF_16 ? 'write it as UTF-8' : AS_JSON_LINES
  })
}

const UTF_16 = 'UTF-16 text'
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

function formatOf(head: Buffer): string | undefined {
  if (head.byteLength >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip'
  if (head.subarray(0, 4).equals(ZSTD) || head.subarray(4, 8).equals(ZSTD))
    return 'records compressed with zstd'
  if (
    head.byteLength >= 2 &&
    ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff))
  )
    return UTF_16
  // A length before each record. Four zeros are none: they are what is left of a file that was emptied while it was written.
  if (head.byteLength >= 5 && head[0] === 0 && head.readUInt32BE(0) > 0)
    return 'records of protobuf (`format: proto`)'
  return undefined
}
