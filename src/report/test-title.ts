interface Titled {
  readonly name: string
  readonly suite?: { readonly name: string }
  readonly repetition?: { readonly number: number; readonly of: number }
}

/** What a test is called: a step under the name of its suite, and which run of several it is. */
export function titleOf({ name, suite, repetition }: Titled): string {
  const title = suite === undefined ? name : `${suite.name} / ${name}`
  return repetition === undefined ? title : `${title} (${repetition.number} of ${repetition.of})`
}
