import { inject } from 'vitest'
import type { Component } from './servers/install.ts'

/** Where a server was installed; undefined where it cannot be had, which the suite says by name. */
export function pathOf(component: Component): string | undefined {
  const installed = inject('components')[component]
  return installed.isHere ? installed.path : undefined
}
