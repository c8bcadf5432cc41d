import type { Location } from '../source/source-text.ts'
import { isPlacedText, type Placed } from './document.ts'
import { renderDurationMs } from './duration.ts'
import type { SettingName, Settings } from './settings.ts'

/** What a setting says, for a reader, and where it was written. */
export interface SettingText {
  readonly text: string
  readonly location?: Location
}

/** What one layer of settings says of one of them; undefined where it says nothing. Passwords in URLs are hidden. */
export function settingText(name: SettingName, settings: Settings): SettingText | undefined {
  const found = read(name, settings)
  return found && { ...found, text: found.text.replace(/(:\/\/[^\s/?#@:,]*:)[^\s/?#@,]+@/g, '$1***@') }
}

function read(name: SettingName, settings: Settings): SettingText | undefined {
  const { wait = {} } = settings
  switch (name) {
    case 'tests':
    case 'otlpListen':
    case 'otlpCors':
    case 'reporters':
    case 'waitFor':
      return list(settings[name])
    case 'external':
      return list(wait.externalHosts)
    case 'dataStore':
      return dataStore(settings.dataStore)
    case 'pollingProfile':
      return pollingProfile(settings.pollingProfile)
    case 'traceUrl':
    case 'otlpForward':
    case 'endpoint':
    case 'jobs':
    case 'retries':
      return placed(settings[name], String)
    case 'propagation':
      return placed(settings.propagation, names => (names.length === 0 ? 'none' : names.join(', ')))
    case 'waitTimeout':
      return placed(settings.waitTimeoutMs, renderDurationMs)
    case 'orphans':
      return placed(wait.allowOrphans, isAllowed => (isAllowed ? 'allow' : ''))
    case 'links':
      return placed(wait.followsLinks, follows => (follows ? 'follow' : 'ignore'))
    case 'timeout':
    case 'flushDelay':
    case 'lag':
    case 'tailSampling':
    case 'absenceWindow':
    case 'async':
      return placed(wait[`${name}Ms`], renderDurationMs)
  }
}

function placed<T>(value: Placed<T> | undefined, render: (value: T) => string): SettingText | undefined {
  return value && withPlace(render(value.value), value.location)
}

function withPlace(text: string, location: Location | undefined): SettingText {
  return { text, ...(location ? { location } : {}) }
}

function list(values: readonly Placed<string>[] | undefined): SettingText | undefined {
  return values && withPlace(values.map(({ value }) => value).join(', '), values[0]?.location)
}

function dataStore(store: Settings['dataStore']): SettingText | undefined {
  if (store === undefined || isPlacedText(store)) return store && placed(store, String)
  const { type, address } = store
  return withPlace(address ? `${type.value}=${address.value}` : type.value, type.location)
}

function pollingProfile(profile: Settings['pollingProfile']): SettingText | undefined {
  if (profile === undefined || isPlacedText(profile)) return profile && placed(profile, String)
  const parts = Object.entries({ timeout: profile.timeoutMs, retryDelay: profile.retryDelayMs })
  const said = parts.flatMap(([key, value]) => (value ? [`${key} ${renderDurationMs(value.value)}`] : []))
  return withPlace(said.join(', '), (profile.timeoutMs ?? profile.retryDelayMs)?.location)
}
