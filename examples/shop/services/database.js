import { readFile } from 'node:fs/promises'
import { PGlite } from '@electric-sql/pglite'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'
import { joinLauncher } from '../lib/lifecycle.js'

const MAX_CONNECTIONS = 50

const db = await PGlite.create()
await db.exec(await readFile(new URL('schema.sql', import.meta.url), 'utf8'))

const server = new PGLiteSocketServer({
  db,
  port: Number(process.env.PORT ?? 0),
  maxConnections: MAX_CONNECTIONS
})
const close = async () => {
  await server.stop()
  await db.close()
}
server.addEventListener('listening', ({ detail }) => joinLauncher('database', detail.port, close))
await server.start()
