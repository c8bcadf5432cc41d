/** The value of a variable: a text, or the texts of an output that is a list. */
export type VariableText = string | readonly string[]
