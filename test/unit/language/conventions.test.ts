import { describe, expect, test } from 'vitest'
import { renamedKeys, renamesOf } from '../../../src/language/conventions.ts'
import { RENAMES_BY_VERSION } from '../../../src/language/conventions-table.ts'

describe('the names of an attribute', () => {
  test.each([
    ['http.method', ['http.request.method']],
    ['http.request.method', ['http.method']],
    ['http.status_code', ['http.response.status_code']],
    ['http.target', ['url.path', 'url.query']],
    ['url.full', ['http.url']],
    ['db.system', ['db.system.name']],
    ['db.system.name', ['db.system']],
    ['db.statement', ['db.query.text']],
    ['rpc.grpc.status_code', ['rpc.response.status_code']],
    ['faas.execution', ['faas.invocation_id']],
    ['code.function.name', ['code.function', 'code.namespace']],
    ['order.id', []]
  ])('%s: %j', (key, names) => {
    expect(renamedKeys(key)).toEqual(names)
  })

  test('are followed over several renames, nearest first', () => {
    expect(renamedKeys('messaging.kafka.partition')).toEqual([
      'messaging.kafka.destination.partition',
      'messaging.destination.partition.id'
    ])
    expect(renamedKeys('user_agent.original')).toEqual(['http.user_agent', 'browser.user_agent'])
    expect(renamedKeys('db.namespace')).toContain('db.cassandra.keyspace')
  })

  test('are no names of each other where two became one', () => {
    expect(renamedKeys('net.peer.name')).toContain('server.address')
    expect(renamedKeys('net.peer.name')).not.toContain('net.host.name')
    expect(renamedKeys('server.address')).toEqual(expect.arrayContaining(['net.peer.name', 'net.host.name']))
  })

  test('keep the free end of a name', () => {
    expect(renamedKeys('rpc.grpc.request.metadata.tenant')).toEqual(['rpc.request.metadata.tenant'])
    expect(renamedKeys('rpc.request.metadata.tenant')).toEqual([
      'rpc.grpc.request.metadata.tenant',
      'rpc.connect_rpc.request.metadata.tenant'
    ])
    expect(renamedKeys('http.request.header.content_type')).toEqual(['http.request.header.content-type'])
    expect(renamedKeys('http.request.header.content-type')).toEqual(['http.request.header.content_type'])
  })

  test('come with the version that changed them', () => {
    expect(renamesOf('http.method')).toEqual([
      { from: 'http.method', to: 'http.request.method', version: '1.21.0' }
    ])
  })
})

test('no rename leads back to where it began', () => {
  for (const names of Object.values(RENAMES_BY_VERSION))
    for (const [from, to] of Object.entries(names)) {
      expect([to].flat()).not.toContain(from)
      expect(renamesOf(from).some(rename => rename.to === from && rename.from !== from)).toBe(
        Object.values(RENAMES_BY_VERSION).some(each => Object.values(each).flat().includes(from))
      )
    }
})
