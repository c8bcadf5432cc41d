const OF_HTTP_1 =
  /^(?:connection|content-length|http2-settings|keep-alive|proxy-connection|transfer-encoding|upgrade)$/i

/** Why a name or its value cannot be sent as metadata; undefined where it can. */
export function refuseMetadata(key: string, value?: string): string | undefined {
  if (!/^[0-9A-Za-z_.-]+$/.test(key))
    return `"${key}" cannot be the name of metadata: gRPC knows letters, digits, "-", "_" and "." there`
  if (/^(?:grpc-.*|content-type|te|user-agent)$/i.test(key))
    return `the metadata ${key} cannot be set: gRPC sets it itself`
  if (OF_HTTP_1.test(key)) return `the metadata ${key} cannot be sent: HTTP/2, which carries gRPC, forbids it`
  if (value === undefined) return undefined
  if (isBinary(key))
    return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3}={0,2})?$/.test(value)
      ? undefined
      : `the value of ${key} is no base64: names that end in -bin carry bytes`
  return /^[ -~]*$/.test(value)
    ? undefined
    : `the value of ${key} cannot be sent: gRPC knows printable ASCII there, and base64 under names that end in -bin`
}

/** Whether the values of a name are bytes, which are written as base64. */
export function isBinary(key: string): boolean {
  return key.toLowerCase().endsWith('-bin')
}
