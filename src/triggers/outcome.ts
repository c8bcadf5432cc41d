import { TriggerError } from '../errors/errors.ts'

/** The run says why it gave up; which request that was is known to the trigger. */
export function abortedError(name: string, reason: unknown): TriggerError {
  if (!(reason instanceof TriggerError))
    return new TriggerError({ code: 'TRIGGER_CRASHED', message: `${name} was given up`, cause: reason })
  return new TriggerError({
    code: reason.code,
    message: `${name}: ${reason.message}`,
    hint: reason.hint,
    cause: reason
  })
}
