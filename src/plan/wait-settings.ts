import {
  isPlacedText,
  type Placed,
  type PollingProfileDefinition,
  type TestDefinition,
  type WaitDefinition
} from '../definition/document.ts'
import { renderDurationMs } from '../definition/duration.ts'
import type { Settings } from '../definition/settings.ts'
import type { Diagnostic } from '../errors/diagnostic.ts'
import { suggest } from '../errors/suggest.ts'
import type { BackendCaps } from '../plugin/trace-backend.ts'
import { declaredWaitMs, delaysOf } from './delays.ts'
import type { WaitSettings } from './plan.ts'

/** The profiles of the files, by id and by name. */
export type Profiles = ReadonlyMap<string, PollingProfileDefinition>

export interface PlannedWait {
  readonly wait: WaitSettings
  readonly problems: readonly Diagnostic[]
}

/** How long a test waits: what a flag says, else the test, else its profile, else the project. */
export function planWait(
  test: TestDefinition,
  settings: Settings,
  profiles: Profiles,
  { caps, isMessage }: { readonly caps: BackendCaps; readonly isMessage: boolean }
): PlannedWait {
  const problems: Diagnostic[] = []
  const profile = settings.pollingProfile
  const named = profile && isPlacedText(profile) ? profile : undefined
  const shared = resolveProfile(profile, profiles, problems)
  const own = isOverride(named) ? shared : resolveProfile(test.pollingProfile, profiles, problems)
  const pick = <Key extends keyof WaitDefinition>(key: Key): WaitDefinition[Key] | undefined => {
    const general = settings.wait?.[key]
    return isOverride(general) ? general : (test.wait[key] ?? general)
  }
  const general = settings.wait?.timeoutMs
  const timeout = isOverride(general)
    ? general
    : (test.wait.timeoutMs ?? own?.timeoutMs ?? general ?? shared?.timeoutMs)
  const step = own?.retryDelayMs ?? shared?.retryDelayMs
  const hosts = pick('externalHosts') as readonly Placed<string>[] | undefined
  const numbers = {
    timeoutMs: timeout?.value,
    flushDelayMs: pick('flushDelayMs')?.value as number | undefined,
    lagMs: pick('lagMs')?.value as number | undefined,
    tailSamplingMs: pick('tailSamplingMs')?.value as number | undefined,
    absenceWindowMs: pick('absenceWindowMs')?.value as number | undefined,
    asyncMs: pick('asyncMs')?.value as number | undefined,
    longestStepMs: step?.value
  }
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined))
  const wait: WaitSettings = {
    ...given,
    allowOrphans: pick('allowOrphans')?.value === true,
    followsLinks: (pick('followsLinks')?.value as boolean | undefined) ?? isMessage,
    externalHosts: hosts?.map(host => host.value) ?? []
  }
  if (timeout && test.collectsTrace) problems.push(...shortTimeout(timeout, wait, caps))
  const links = test.wait.followsLinks
  if (links?.value === true && test.collectsTrace && caps.findsLinks !== true)
    problems.push(unfollowed(links))
  return { wait, problems }
}

/** Whether a flag or a variable of the process gave a setting: it stands above what a test says. */
export function isOverride(value: object | undefined): boolean {
  if (value === undefined) return false
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'object' && first !== null && !('location' in first)
}

function resolveProfile(
  profile: PollingProfileDefinition | Placed<string> | undefined,
  profiles: Profiles,
  problems: Diagnostic[]
): PollingProfileDefinition | undefined {
  if (profile === undefined || !isPlacedText(profile)) return profile
  const { value, location } = profile
  const found = profiles.get(value)
  const message = `there is no polling profile \`${value}\` in the files that were read`
  if (found) return found
  if (location)
    problems.push({
      code: 'NO_EFFECT',
      severity: 'warning',
      message: `${message}: the defaults hold`,
      location,
      hint: 'name its file as well, or give its path: `./polling-profile.yaml`'
    })
  else {
    const near = suggest(value, profiles.keys())
    const hint = near ? `did you mean \`${near}\`?` : 'name its file as well'
    problems.push({ code: 'SCHEMA_VIOLATION', severity: 'error', message, hint })
  }
  return undefined
}

/** Said where the test asks for it itself: as the default of a project or a trigger, it may be meant for other stores. */
function unfollowed({ location }: Placed<boolean>): Diagnostic {
  return {
    code: 'NO_EFFECT',
    severity: 'warning',
    message:
      'the data store cannot be asked which traces link to one: a message without a consumer in the trace itself leaves the checks that depend on it undetermined',
    ...(location ? { location } : {}),
    hint: 'let tracerun receive the spans itself, `dataStore: {type: otlp}`, or read them from a file'
  }
}

/** A wait that ends before a trace can be known to be complete leaves upper bounds undetermined. */
function shortTimeout(timeout: Placed<number>, wait: WaitSettings, caps: BackendCaps): readonly Diagnostic[] {
  const delays = delaysOf(caps, wait)
  const needed = declaredWaitMs(delays)
  if (timeout.value >= needed) return []
  return [
    {
      code: 'NO_EFFECT',
      severity: 'warning',
      message:
        `a timeout of ${renderDurationMs(timeout.value)} may end before a trace is known to be complete, ` +
        `which takes up to ${renderDurationMs(Math.ceil(needed / 100) * 100)}`,
      ...(timeout.location ? { location: timeout.location } : {}),
      hint:
        `async ${renderDurationMs(delays.asyncMs)} + 1.1 × flushDelay ${renderDurationMs(delays.flushMs)} + lag ${renderDurationMs(delays.lagMs)} + ` +
        `absenceWindow ${renderDurationMs(delays.absenceWindowMs)}: declare shorter ones where they are, or leave \`timeout\` out`
    }
  ]
}
