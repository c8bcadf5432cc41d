import protobuf from 'protobufjs'
import { describe, expect, test } from 'vitest'
import type { OptionProblem } from '../../../src/plugin/trigger.ts'
import { findMethod } from '../../../src/triggers/grpc/find-method.ts'
import { grpcTrigger } from '../../../src/triggers/grpc/index.ts'
import { readJsonValues } from '../../../src/triggers/grpc/json-text.ts'
import { loadDefinition } from '../../../src/triggers/grpc/load-protos.ts'
import { printMessage } from '../../../src/triggers/grpc/print-message.ts'
import { readRequest } from '../../../src/triggers/grpc/read-request.ts'

const PROTO = `
  syntax = "proto3";
  import "google/protobuf/any.proto";
  import "google/protobuf/field_mask.proto";
  import "google/protobuf/struct.proto";
  import "google/protobuf/timestamp.proto";
  import "google/protobuf/wrappers.proto";
  package t;
  enum Color { COLOR_NONE = 0; COLOR_RED = 1; }
  message All {
    int32 small = 1; uint64 big = 2; float part = 3; double whole = 4; bool yes = 5; string text = 6; bytes raw = 7;
    Color color = 8; repeated Color colors = 9; repeated int64 longs = 10; map<string, All> by_name = 11;
    map<int32, bool> by_number = 12; map<bool, string> by_truth = 13; All nested = 14;
    google.protobuf.Timestamp at = 15; google.protobuf.Value value = 16; google.protobuf.Struct struct = 17;
    google.protobuf.Int64Value wrapped = 18; google.protobuf.FieldMask mask = 19; google.protobuf.Any any = 20;
    oneof choice { string left = 21; int32 right = 22; }
    optional int32 maybe = 23;
    string custom = 24 [json_name = "Custom!"];
  }
  service S { rpc One(All) returns (All); rpc Many(stream All) returns (All); rpc Lists(stream google.protobuf.ListValue) returns (All); }
`

const noFile = (): Promise<never> => Promise.reject(new Error('there is no file'))

async function read(text: string, method = 't.S/One'): Promise<ReturnType<typeof readRequest>> {
  const root = (await loadDefinition({ protobufFile: PROTO }, noFile))!
  return readRequest(findMethod(root, method), text)
}

/** The request as it is read, printed again: only what was set. */
async function roundTrip(text: string): Promise<unknown> {
  const root = (await loadDefinition({ protobufFile: PROTO }, noFile))!
  const method = findMethod(root, 't.S/One')
  const outcome = readRequest(method, text)
  if ('misfits' in outcome) return outcome.misfits.map(({ message }) => message)
  const printed = JSON.parse(printMessage(method.request, outcome.messages[0]!)) as Record<string, unknown>
  return Object.fromEntries(Object.keys(JSON.parse(text) as object).map(key => [key, printed[key]]))
}

describe('a request that fits', () => {
  test.each([
    '{"small":-2147483648,"big":"18446744073709551615","part":0.25,"whole":-1.5,"yes":true,"text":"ü\\n\\u0041"}',
    '{"raw":"AQL/","color":"COLOR_RED","colors":["COLOR_RED","COLOR_NONE"],"longs":["-1","2"]}',
    '{"byName":{"a b":{"small":1}},"byNumber":{"-7":true},"byTruth":{"true":"x"}}',
    '{"at":"2026-01-31T12:00:00Z","value":{"a":[1,null,"x"]},"struct":{"b":true},"wrapped":"5","mask":"byName,text"}',
    '{"left":"l"}',
    '{"maybe":0}',
    '{"Custom!":"c"}',
    '{"whole":"NaN"}'
  ])('%s', async text => {
    const wanted = JSON.parse(text) as Record<string, unknown>
    const given = (await roundTrip(text)) as Record<string, unknown>
    for (const [key, value] of Object.entries(wanted))
      if (key !== 'byName') expect([key, given[key]]).toEqual([key, value])
    if (wanted['byName']) expect(given['byName']).toMatchObject(wanted['byName'])
  })

  test('keeps integers that a double cannot hold', async () => {
    expect(await roundTrip('{"big":9007199254740993}')).toEqual({ big: '9007199254740993' })
    expect(await roundTrip('{"longs":[-9007199254740993]}')).toEqual({ longs: ['-9007199254740993'] })
    expect(await roundTrip('{"wrapped":9007199254740993}')).toEqual({ wrapped: '9007199254740993' })
    expect(await roundTrip('{"any":{"@type":"x/t.All","big":9007199254740993}}')).toEqual({
      any: { '@type': 'x/t.All', big: '9007199254740993' }
    })
  })

  test('may name fields as the proto file does, and leave some unset by null', async () => {
    const root = (await loadDefinition({ protobufFile: PROTO }, noFile))!
    const { request } = findMethod(root, 't.S/One')
    const outcome = await read('{"by_number":{"1":true},"nested":null,"left":null,"right":1}')
    expect(outcome).toHaveProperty('messages')
    if ('messages' in outcome)
      expect(request.toObject(request.decode(outcome.messages[0]!))).toEqual({
        by_number: { 1: true },
        right: 1
      })
  })

  test('may be lists where the messages of a stream are lists', async () => {
    expect(await read('[1] [2]', 't.S/Lists')).toMatchObject({ messages: { length: 2 } })
    expect(await read('[{},{}]', 't.S/Many')).toMatchObject({ messages: { length: 2 } })
    expect(await read('', 't.S/Many')).toEqual({ messages: [] })
  })
})

describe('a request that does not fit', () => {
  test.each([
    ['{"small":2147483648}', '`small` is an int32, and 2147483648 does not fit'],
    ['{"small":1.5}', 'an integer'],
    ['{"small":"x"}', '`small` is an int32, and "x" does not fit'],
    ['{"big":-1}', 'not below 0'],
    ['{"big":18446744073709551616}', '18446744073709551616 does not fit'],
    ['{"yes":"true"}', 'it wants true or false'],
    ['{"text":1}', 'a text in double quotes'],
    ['{"raw":"&"}', 'base64'],
    ['{"color":"RED"}', 'which has no "RED"'],
    ['{"colors":"COLOR_RED"}', '`colors` is repeated'],
    ['{"longs":["1",null]}', '`longs[1]`'],
    ['{"byName":[]}', '`byName` is a map, not a list'],
    ['{"byName":{"a b":{"smal":1}}}', 'has no field `smal` (at `byName."a b"`)'],
    ['{"byNumber":{"x":true}}', 'the keys of `byNumber` are int32'],
    ['{"nested":"x"}', '`nested` is a message t.All, not "x"'],
    ['{"nested":{"nested":{"txt":""}}}', '(at `nested.nested`)'],
    ['{"at":"tomorrow"}', '`at` is a google.protobuf.Timestamp'],
    ['{"any":{"@type":"x/none.Such"}}', '`any` names the type none.Such, which is not known'],
    ['{"any":{"@type":"x/All"}}', '`any` names the type All, which is not known'],
    ['{"any":{"small":1}}', '`any` is a google.protobuf.Any, and names no type'],
    ['{"any":{"@type":"x/t.All","small":"x"}}', '`any.small` is an int32'],
    ['{"any":{"@type":"x/t.All","smal":1}}', 'has no field `smal` (at `any`)'],
    ['{"any":{"@type":"x/google.protobuf.Timestamp","at":1}}', 'stands under `value`, and nothing else'],
    [
      '{"any":{"@type":"x/google.protobuf.Timestamp","value":"x"}}',
      '`any.value` is a google.protobuf.Timestamp'
    ],
    ['{"byNumber":{"2147483648":true}}', 'the keys of `byNumber` are int32, and "2147483648" is none'],
    ['{"byName":{"a":{}},"by_name":{}}', '`by_name` and `byName` are two names of one field'],
    ['{"big":"18446744073709551616"}', 'not below 0, up to 18446744073709551615'],
    ['{"left":"l","right":1}', '`right` and `left` exclude each other'],
    ['{"small":1,"small":2}', '"small" stands here twice'],
    ['[]', 'the request is a message t.All, not a list'],
    ['null', 'the request is a message t.All, not null'],
    ['{} {}', 'takes one message, and the request holds 2'],
    ['{"small":1', 'not the end of the text'],
    ['{"small":1,}', 'a name in double quotes was expected, not `}`'],
    ["{'small':1}", 'JSON wants double quotes'],
    ['{small:1}', '`small` cannot stand here'],
    ['{"text":"a\nb"}', 'a text is not closed'],
    ['{"text":"a\tb"}', 'control character'],
    ['{"small":01}', 'cannot stand here'],
    ['{"small":1},', '`,`']
  ])('%s', async (text, said) => {
    const outcome = await read(text)
    expect(outcome).toHaveProperty('misfits')
    if ('misfits' in outcome) expect(outcome.misfits.map(({ message }) => message).join()).toContain(said)
  })

  test('is described by its first mistakes, where it has thousands', async () => {
    const outcome = await read(`{"colors":[${'"RED",'.repeat(5000)}"RED"]}`)
    expect(outcome).toMatchObject({ misfits: { length: 21 } })
    expect('misfits' in outcome && outcome.misfits.at(-1)?.message).toContain('4980 more places')
  })

  test('may be nested too deeply', () => {
    expect(() => readJsonValues('['.repeat(200))).toThrow('nested too deeply')
  })
})

describe('what is known before anything is sent', () => {
  const examine = (options: object, open: readonly string[] = []): Promise<readonly OptionProblem[]> =>
    grpcTrigger.examine!(
      { address: 'localhost:1', method: 't.S/One', ...options },
      {
        readFile: noFile,
        isOpen: path => open.includes(path.join('/')),
        openPaths: open.map(path => path.split('/')),
        fillingAt: () => 'none'
      }
    )

  test('is nothing of a server that is asked by reflection', async () => {
    expect(await examine({ request: '{' })).toEqual([])
  })

  test('is nothing of a text that is still to be filled in', async () => {
    expect(await examine({ protobufFile: PROTO }, ['request'])).toEqual([])
    expect(await examine({ protobufFile: PROTO, method: undefined }, ['method'])).toEqual([])
  })

  test('is that two definitions are one too many, and import paths without imports', async () => {
    expect(await examine({ protobufFile: PROTO, descriptorSet: '/x' })).toMatchObject([
      { path: ['descriptorSet'] }
    ])
    expect(await examine({ importPaths: ['/x'] })).toMatchObject([{ path: ['importPaths'] }])
  })

  test('is that a type is nowhere defined', async () => {
    const protobufFile = 'syntax = "proto3"; service S { rpc One(Missing) returns (Missing); }'
    expect(await examine({ protobufFile })).toMatchObject([
      { path: ['protobufFile'], message: expect.stringContaining('Missing') }
    ])
  })
})

test('proto2 prints the defaults that it declares, and refuses what lacks a required field', async () => {
  const protobufFile = `syntax = "proto2"; package t;
    message M { required string id = 1; optional int32 size = 2 [default = 7]; }
    service S { rpc One(M) returns (M); }`
  const root = (await loadDefinition({ protobufFile }, noFile))!
  const method = findMethod(root, 't.S/One')
  expect(printMessage(method.response, protobuf.Writer.create().uint32(10).string('a').finish())).toBe(
    '{\n  "id": "a",\n  "size": 7\n}'
  )
  for (const text of ['{}', '', '{"id":null}'])
    expect(readRequest(method, text)).toMatchObject({
      misfits: [{ message: 't.M requires the field `id`, which is missing' }]
    })
})

describe('an extension of proto2', () => {
  const protobufFile = `syntax = "proto2"; package t;
    message M { optional string id = 1; extensions 100 to 199; }
    extend M { optional int32 size = 100; }
    service S { rpc One(M) returns (M); }`
  const load = async (): Promise<ReturnType<typeof findMethod>> =>
    findMethod((await loadDefinition({ protobufFile }, noFile))!, 't.S/One')

  test('is written by its full name in brackets, and printed so where it is set', async () => {
    const method = await load()
    const sent = readRequest(method, '{"id":"a","[t.size]":7}')
    expect('messages' in sent && printMessage(method.response, sent.messages[0]!)).toBe(
      '{\n  "id": "a",\n  "[t.size]": 7\n}'
    )
    expect(printMessage(method.response, new Uint8Array())).toBe('{\n  "id": ""\n}')
  })

  test.each([
    ['{"[t.size]":"x"}', 'is an int32, and "x" does not fit'],
    ['{"[t.other]":1}', 't.M has no field `[t.other]`'],
    ['{"size":1}', 't.M has no field `size`']
  ])('%s does not fit', async (text, said) => {
    expect(readRequest(await load(), text)).toMatchObject({
      misfits: [{ message: expect.stringContaining(said) }]
    })
  })
})
