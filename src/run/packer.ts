/** Turns values of tests that have ended into few bytes and back, without loss. */
export interface Packer {
  /** So many spans stay as they are. */
  readonly aboveSpans: number
  /** So many reports stay as they are. */
  readonly aboveReports: number
  pack(value: unknown): Uint8Array
  unpack(packed: Uint8Array): unknown
}
