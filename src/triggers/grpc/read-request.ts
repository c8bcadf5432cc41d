import type { Message } from 'protobufjs'
import type { FoundMethod } from './find-method.ts'
import type { Misfit } from './fit-message.ts'
import { fitMessage } from './fit-message.ts'
import { JsonMistake, type JsonNode, readJsonValues } from './json-text.ts'
import { isSpecial } from './special-types.ts'

/** The messages of a request as they are on the wire, or what keeps them from being sent. */
export type ReadRequest =
  | { readonly messages: readonly Uint8Array[] }
  | { readonly misfits: readonly Misfit[] }

/** Reads JSON values one after the other, or in one array, as what a method takes. Nothing stands for an empty message. */
export function readRequest(method: FoundMethod, text: string): ReadRequest {
  const { request: type, takesStream } = method
  let values: readonly JsonNode[]
  try {
    values = readJsonValues(text)
  } catch (error) {
    if (!(error instanceof JsonMistake)) throw error
    return { misfits: [{ start: error.start, end: error.end, message: error.message }] }
  }
  const [first, second] = values
  if (takesStream && first?.kind === 'array' && second === undefined && !TAKES_ARRAYS.has(type.fullName))
    values = first.items
  if (!takesStream && second !== undefined)
    return {
      misfits: [
        {
          start: second.start,
          end: second.end,
          message: `${method.path.slice(1)} takes one message, and the request holds ${values.length}`,
          hint: 'only a method whose request is a stream takes several'
        }
      ]
    }
  // `{}` is no way to write what JSON has a form of its own for.
  if (!takesStream && first === undefined && isSpecial(type.fullName.slice(1)))
    return { messages: [type.encode(type.create()).finish()] }
  if (!takesStream && first === undefined)
    values = [{ kind: 'object', members: [], start: 0, end: text.length }]
  const fitted = values.map(value => fitMessage(type, value))
  const misfits = fitted.flatMap(one => ('misfits' in one ? one.misfits : []))
  if (misfits.length > 0) return { misfits: firstOf(misfits) }
  return {
    messages: fitted.flatMap(one => ('message' in one ? [encode(method, one.message)] : []))
  }
}

/** A list of thousands has the same mistake thousands of times. */
const MAX_MISFITS = 20

function firstOf(misfits: readonly Misfit[]): readonly Misfit[] {
  const next = misfits[MAX_MISFITS]
  if (next === undefined) return misfits
  const { start, end } = next
  const message = `neither this fits nor what stands in ${misfits.length - MAX_MISFITS - 1} more places`
  return [...misfits.slice(0, MAX_MISFITS), { start, end, message }]
}

const TAKES_ARRAYS = new Set(['.google.protobuf.ListValue', '.google.protobuf.Value'])

function encode({ request }: FoundMethod, message: Message): Uint8Array {
  return request.encode(message).finish()
}
