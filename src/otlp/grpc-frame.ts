/** The numeric codes of gRPC, as far as a receiver answers with them; google.rpc.Status has the same. */
export const GRPC_CODES = {
  ok: 0,
  invalidArgument: 3,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14
} as const

export type GrpcCode = (typeof GRPC_CODES)[keyof typeof GRPC_CODES]

/** Flag and length before each message. */
const FRAME_HEADER_BYTES = 5

export type GrpcFrame =
  | { readonly ok: true; readonly message: Uint8Array; readonly isCompressed: boolean }
  | { readonly ok: false; readonly problem: string }

/** Takes the one message of a unary call out of its frame. */
export function readGrpcFrame(body: Uint8Array): GrpcFrame {
  if (body.byteLength < FRAME_HEADER_BYTES) return { ok: false, problem: 'the call ends before its message' }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength)
  const flag = view.getUint8(0)
  if (flag > 1)
    return { ok: false, problem: `a message begins with ${flag} where only 0 and 1 have a meaning` }
  const end = FRAME_HEADER_BYTES + view.getUint32(1)
  if (end > body.byteLength)
    return { ok: false, problem: `the message is cut: ${body.byteLength} of ${end} bytes came` }
  if (end < body.byteLength) return { ok: false, problem: 'more than one message in a call that takes one' }
  return { ok: true, message: body.subarray(FRAME_HEADER_BYTES), isCompressed: flag === 1 }
}

/** A message in its frame, uncompressed. */
export function writeGrpcFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + message.byteLength)
  new DataView(frame.buffer).setUint32(1, message.byteLength)
  frame.set(message, FRAME_HEADER_BYTES)
  return frame
}

/** A message for the `grpc-message` trailer: percent-encoded UTF-8, as the protocol wants it. */
export function encodeGrpcMessage(text: string): string {
  let encoded = ''
  for (const byte of new TextEncoder().encode(text))
    encoded += byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : percent(byte)
  return encoded
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
