import type { Screen } from '../report/screen.ts'
import { detectScreen } from '../report/screen.ts'
import type { Environment, Output } from './environment.ts'

/** Standard output as a place to show things. */
export function outputScreen(environment: Environment): Screen {
  return screenOf(environment.stdout, environment)
}

/** Standard error as a place to show things. */
export function errorScreen(environment: Environment): Screen {
  return screenOf(environment.stderr, environment)
}

function screenOf(output: Output, { variables, platform }: Environment): Screen {
  return detectScreen({
    isTty: output.isTty,
    get columns(): number | undefined {
      return output.columns
    },
    get rows(): number | undefined {
      return output.rows
    },
    environment: variables,
    platform
  })
}
