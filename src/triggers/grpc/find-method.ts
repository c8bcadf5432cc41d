import type protobuf from 'protobufjs'
import { suggest } from '../../errors/suggest.ts'
import { DefinitionMistake } from './definition-mistake.ts'
import { servicesOf } from './load-protos.ts'
import { refuseMethod, splitMethod } from './names.ts'

/** A method, and how it is called. */
export interface FoundMethod {
  /** `/shop.v1.Shop/GetCart` */
  readonly path: string
  readonly request: protobuf.Type
  readonly response: protobuf.Type
  readonly takesStream: boolean
  readonly answersStream: boolean
}

/** The method of that name. Throws `DefinitionMistake` where there is none. */
export function findMethod(root: protobuf.Root, written: string): FoundMethod {
  const parts = splitMethod(written)
  if (parts === undefined) throw new DefinitionMistake('method', refuseMethod(written) ?? '')
  const services = servicesOf(root)
  const service = services.find(one => nameOf(one) === parts.service)
  if (service === undefined) throw unknownService(parts.service, services.map(nameOf))
  const method = service.methodsArray.find(one => one.name === parts.method)
  if (method === undefined) {
    const names = service.methodsArray.map(one => one.name)
    const near = suggest(parts.method, names)
    throw new DefinitionMistake('method', `the service ${parts.service} has no method \`${parts.method}\``, {
      hint: near === undefined ? `it has ${listed(names)}` : `did you mean \`${parts.service}/${near}\`?`
    })
  }
  method.resolve()
  return {
    path: `/${parts.service}/${parts.method}`,
    request: method.resolvedRequestType!,
    response: method.resolvedResponseType!,
    takesStream: method.requestStream ?? false,
    answersStream: method.responseStream ?? false
  }
}

/** The mistake of naming a service that is not among these. */
export function unknownService(name: string, names: readonly string[]): DefinitionMistake {
  const last = name.split('.').at(-1)!
  const sameName = names.find(one => one.split('.').at(-1) === last)
  const near = sameName ?? suggest(name, names)
  const hint =
    near === undefined
      ? names.length === 0
        ? undefined
        : `there is ${listed(names)}`
      : `did you mean \`${near}\`?`
  return new DefinitionMistake(
    'method',
    names.length === 0
      ? `there is no service \`${name}\`: no service is defined at all`
      : `there is no service \`${name}\``,
    { hint }
  )
}

function nameOf({ fullName }: protobuf.ReflectionObject): string {
  return fullName.replace(/^\./, '')
}

function listed(names: readonly string[]): string {
  const few = names.slice(0, 8).map(name => `\`${name}\``)
  return few.length < names.length ? `${few.join(', ')}, …` : few.join(', ')
}
