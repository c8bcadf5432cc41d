import type { Credentials } from '../../http/auth.ts'
import { basicHeader, credentialsOf } from '../../http/auth.ts'
import type { Target } from '../../http/target.ts'
import type { HttpOptions } from './options.ts'

/** Reads `auth` or its older spelling, and what stands in the URL where there is neither. */
export function buildCredentials(options: HttpOptions, target: Target): Credentials {
  const auth = options.auth ?? options.authentication
  if (auth !== undefined) return credentialsOf(auth)
  if (target.userInfo !== undefined) return { header: basicHeader(target.userInfo) }
  return {}
}
