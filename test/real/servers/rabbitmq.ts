import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Connection } from 'rabbitmq-client'
import { freePort } from '../../support/free-port.ts'
import { TEST_CA, TEST_KEY } from './kafka.ts'
import { startServer } from './server.ts'

/** RabbitMQ with the user guest, whose password is guest, and the virtual host `/`. */
export interface RabbitMq extends AsyncDisposable {
  /** `amqp://guest:guest@host:port` */
  readonly url: string
  /** `host:port`, in plaintext. */
  readonly address: string
  /** `host:port`, with TLS and a certificate for localhost that is its own authority. */
  readonly tlsAddress: string
}

/** Starts it on a folder of its own, from the packages that were unpacked. */
export async function startRabbitMq(root: string): Promise<RabbitMq> {
  const [port, tlsPort, peerPort, epmdPort] = await Promise.all(Array.from({ length: 4 }, freePort))
  const url = `amqp://guest:guest@127.0.0.1:${port}`
  const home = join(root, 'usr/lib/rabbitmq/lib/rabbitmq_server-3.10.8')
  const server = await startServer({
    name: 'rabbitmq',
    async command(folder) {
      const config = [
        'loopback_users = none',
        `listeners.ssl.default = 127.0.0.1:${tlsPort}`,
        `ssl_options.cacertfile = ${TEST_CA}`,
        `ssl_options.certfile = ${TEST_CA}`,
        `ssl_options.keyfile = ${TEST_KEY}`,
        'ssl_options.verify = verify_none',
        'ssl_options.fail_if_no_peer_cert = false',
        'max_message_size = 1048576'
      ]
      await writeFile(join(folder, 'rabbitmq.conf'), `${config.join('\n')}\n`)
      await writeFile(join(folder, 'enabled_plugins'), '[].\n')
      const environment = [
        `HOME=${folder}`,
        `PATH=${join(root, 'usr/lib/erlang/bin')}:${process.env['PATH'] ?? ''}`,
        `RABBITMQ_BASE=${folder}`,
        `RABBITMQ_MNESIA_BASE=${join(folder, 'mnesia')}`,
        `RABBITMQ_LOG_BASE=${join(folder, 'log')}`,
        `RABBITMQ_GENERATED_CONFIG_DIR=${join(folder, 'generated')}`,
        `RABBITMQ_PID_FILE=${join(folder, 'pid')}`,
        `RABBITMQ_CONFIG_FILE=${join(folder, 'rabbitmq')}`,
        `RABBITMQ_ENABLED_PLUGINS_FILE=${join(folder, 'enabled_plugins')}`,
        `RABBITMQ_PLUGINS_DIR=${join(home, 'plugins')}`,
        `RABBITMQ_NODENAME=r${port}@localhost`,
        `RABBITMQ_DIST_PORT=${peerPort}`
      ]
      // The directory of Erlang nodes is a process of its own, which would outlive the broker: it is started in its group.
      const script = `epmd -address 127.0.0.1 -port ${epmdPort} & exec "$0"`
      return ['env', ...environment, 'sh', '-c', script, join(home, 'sbin/rabbitmq-server')]
    },
    env: {
      RABBITMQ_LOGS: '-',
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_ALLOW_INPUT: '1',
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
        '-start_epmd false -noinput +S 2:2 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}',
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(epmdPort)
    },
    isReady: async () => (await openRabbitMq(url)).close()
  })
  return {
    url,
    address: `127.0.0.1:${port}`,
    tlsAddress: `127.0.0.1:${tlsPort}`,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
  }
}

/** A connection; rejects where there is none at the first attempt. */
export async function openRabbitMq(url: string): Promise<Connection> {
  const connection = new Connection(url)
  return await new Promise((resolve, reject) => {
    connection.on('connection', () => resolve(connection))
    connection.on('error', error => {
      connection.unsafeDestroy()
      reject(error as Error)
    })
  })
}
