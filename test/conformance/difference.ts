import type { AttributeValue } from '../../src/model/attributes.ts'

/** Text, and what Tracetest and tracerun make of it. All but `told` is run by the tests. */
export type Example = {
  /** As a user would write it. */
  readonly text: string
  readonly tracetest: string
  readonly here: string
} & (
  | {
      /** The names of the spans that it chooses in the shop, or how many; `error` where it is a mistake. */
      readonly form: 'selector'
      readonly variables?: Readonly<Record<string, string>>
    }
  | {
      /** An assertion: `holds`, `violated`, `undetermined` or `error`. An expression: its text, or `error`. */
      readonly form: 'assertion' | 'expression'
      /** Attributes of the span under test. */
      readonly attributes?: Readonly<Record<string, AttributeValue>>
      readonly resource?: Readonly<Record<string, AttributeValue>>
    }
  | {
      /** Text of a request: what is sent. */
      readonly form: 'request'
      readonly variables?: Readonly<Record<string, string>>
    }
  | {
      /** What `validate` says of a sound test in which `from` was replaced by `to`: `error` or `no error`. */
      readonly form: 'file'
      readonly from: string
      readonly to: string
    }
  | { readonly form: 'told' }
)

/** A place where tracerun gives another answer than Tracetest, on purpose. */
export interface Difference {
  /** Never changes: anchors of the page and rows of the fixtures refer to it. */
  readonly id: string
  /** One sentence. */
  readonly reason: string
  readonly example: Example
  /** The rows of the fixtures whose answer differs for this reason, by their text. */
  readonly rows?: readonly string[]
}
