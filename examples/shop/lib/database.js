import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)

/** The shop's Postgres, at DATABASE_URL; connected to on the first query. */
export function connectDatabase() {
  let pool
  const open = () => {
    // A request may come before the launcher has said where the others are: the next one finds it.
    if (process.env.DATABASE_URL === undefined) throw new Error('DATABASE_URL is not set')
    // Loaded here and not at the top: telemetry has to be on first. See telemetry.js for `require`.
    const { Pool } = require('pg')
    pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
    // An idle connection that breaks is replaced at the next query; unheard, its error would end the process.
    pool.on('error', () => {})
    return pool
  }
  return {
    query: async (text, values) => (pool ?? open()).query(text, values),
    close: () => pool?.end()
  }
}
