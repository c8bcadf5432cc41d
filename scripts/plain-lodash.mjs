// What Chevrotain asks of lodash while it parses, for the values that it gives: arrays and plain objects.

export const clone = value => (Array.isArray(value) ? [...value] : { ...value })
export const compact = list => list.filter(Boolean)
export const difference = (list, other) => list.filter(item => !other.includes(item))
export const dropRight = list => list.slice(0, -1)
export const every = (list, holds) => list.every(item => holds(item))
export const find = (list, holds) => list.find(item => holds(item))
export const flatten = list => list.flat()
export const has = (object, key) => Object.hasOwn(object, key)
export const includes = (list, item) => list.includes(item)
export const isArray = value => Array.isArray(value)
export const isEmpty = value => Object.keys(value ?? {}).length === 0
export const isObject = value => typeof value === 'object' && value !== null
export const isString = value => typeof value === 'string'
export const isUndefined = value => value === undefined
export const keys = object => Object.keys(object)
export const map = (list, change) => list.map(item => change(item))
export const noop = () => {}
export const reduce = (list, add, start) => list.reduce((sum, item) => add(sum, item), start)
export const uniq = list => [...new Set(list)]
export const values = object => Object.values(object)

export function forEach(collection, visit) {
  for (const key of Object.keys(collection)) visit(collection[key], key)
}
