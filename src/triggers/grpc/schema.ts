import { AUTH_SCHEMA } from '../../http/auth.ts'
import { TLS_SCHEMA } from '../../http/tls-options.ts'
import type { JsonSchema } from '../../plugin/context.ts'

/** The schema of `trigger.grpc`. */
export const GRPC_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'One gRPC call, of any of the four kinds.',
  additionalProperties: false,
  required: ['address', 'method'],
  properties: {
    address: {
      title: 'HOST:PORT',
      type: 'string',
      minLength: 1,
      description: 'Whom to call, without a scheme.',
      examples: ['localhost:50051']
    },
    method: {
      type: 'string',
      minLength: 1,
      description: 'What to call: `package.Service/Method` or `package.Service.Method`.',
      examples: ['shop.v1.Carts/GetCart', 'shop.v1.Carts.GetCart']
    },
    service: { type: 'string', description: 'Has no effect: `method` names the service.' },
    protobufFile: {
      type: 'string',
      minLength: 1,
      description:
        'A .proto file, as a path that starts where this file stands, or its text. Without it and without descriptorSet, the server is asked by reflection.',
      examples: ['./protos/shop.proto']
    },
    importPaths: {
      type: 'array',
      description: 'Folders that the imports of protobufFile start from, as with `protoc -I`.',
      items: { type: 'string', minLength: 1, examples: ['./protos'] }
    },
    descriptorSet: {
      type: 'string',
      minLength: 1,
      description: 'What `protoc --include_imports --descriptor_set_out` wrote, instead of protobufFile.',
      examples: ['./protos/shop.binpb']
    },
    request: {
      type: 'string',
      description:
        'The message as JSON, or the path of a file that starts with `./`, `../` or `/`. For a stream: several messages one after the other, or a JSON array.',
      examples: ['{ "cartId": "cart-1" }', './requests/get-cart.json']
    },
    metadata: {
      type: 'array',
      description: 'Sent with the call, and with reflection. Of names that repeat, the last one counts.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['key', 'value'],
        properties: {
          key: { type: 'string', minLength: 1, description: 'Its name; case does not matter.' },
          value: { type: 'string', description: 'Its value: base64 where the name ends in -bin.' }
        }
      }
    },
    auth: { ...AUTH_SCHEMA, description: 'Credentials, sent as metadata: a key goes `in: header`.' },
    authentication: { ...AUTH_SCHEMA, description: 'Older spelling of auth.' },
    tls: { ...TLS_SCHEMA, description: 'With it, the connection is secured; without it, plaintext.' }
  }
}
