import type { HttpAuth } from '../../http/auth.ts'
import type { TlsOptions } from '../../http/tls-options.ts'
import type { Header } from '../../model/response.ts'
import type { FileText } from '../../plugin/trigger.ts'

/** What stands under `trigger.grpc`, with its templates and paths resolved. */
export interface GrpcOptions {
  /** `host:port` */
  readonly address: string
  /** `pkg.Service.Method` or `pkg.Service/Method` */
  readonly method: string
  /** Tracetest writes it and does not read it. */
  readonly service?: string
  /** The path of a file, or what could be in one. */
  readonly protobufFile?: string
  /** Folders that the imports of the proto file start from. */
  readonly importPaths?: readonly string[]
  /** The path of what `protoc --descriptor_set_out` wrote. */
  readonly descriptorSet?: string
  readonly request?: string | FileText
  readonly metadata?: readonly Header[]
  readonly auth?: HttpAuth
  /** The older spelling of `auth`. */
  readonly authentication?: HttpAuth
  /** Absent, or `insecure`: plaintext. */
  readonly tls?: TlsOptions
}
