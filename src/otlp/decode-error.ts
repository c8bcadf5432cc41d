import { DecodeError } from '../errors/decode-error.ts'

/** Bytes or JSON that are not OTLP. */
export class OtlpDecodeError extends DecodeError {
  override get name(): 'OtlpDecodeError' {
    return 'OtlpDecodeError'
  }
}

/** OTLP that holds more than we are willing to keep in memory. */
export class OtlpTooLargeError extends DecodeError {
  override get name(): 'OtlpTooLargeError' {
    return 'OtlpTooLargeError'
  }
}
