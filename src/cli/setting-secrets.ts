import { userInfosIn } from '../model/url-secrets.ts'

/** Settings that may be URLs with a password in them. */
const URL_SETTING = /^(?:TRACERUN_|OTEL_EXPORTER_|HTTPS?_PROXY$|ALL_PROXY$)/i

/**
 * What the command line and its settings say before hosts: a message about a wrong address may repeat it. Of the
 * password alone only its reader knows that it is one: `guest` is a word.
 */
export function secretsOfSettings(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>
): readonly string[] {
  const settings = Object.entries(variables).flatMap(([name, value = '']) =>
    URL_SETTING.test(name) ? [value] : []
  )
  return [...words, ...settings].flatMap(userInfosIn)
}
