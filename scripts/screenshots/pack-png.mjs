// Makes the PNG of a browser smaller: its colours as a palette of at most 256, packed as tightly as zlib can.
import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

/** An 8-bit PNG without transparency, as a browser gives it; the result has nearly the same colours. */
export function packPng(png) {
  const { width, height, pixels } = decode(png)
  const { palette, indexes } = quantize(pixels)
  const rows = Buffer.alloc((width + 1) * height)
  for (let row = 0; row < height; row++)
    rows.set(indexes.subarray(row * width, (row + 1) * width), row * (width + 1) + 1)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk('IEND', Buffer.alloc(0))
  ])
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const made = Buffer.alloc(body.length + 8)
  made.writeUInt32BE(data.length, 0)
  made.set(body, 4)
  made.writeUInt32BE(crc32(body), body.length + 4)
  return made
}

function decode(png) {
  const parts = []
  let header
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + 8)
    const data = png.subarray(at + 8, at + 8 + length)
    if (type === 'IHDR') header = data
    if (type === 'IDAT') parts.push(data)
    at += length + 12
  }
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const samples = { 2: 3, 6: 4 }[header[9]]
  if (header[8] !== 8 || samples === undefined) throw new Error('not a PNG as browsers write it')
  const packed = inflateSync(Buffer.concat(parts))
  const stride = width * samples
  const raw = Buffer.alloc(stride * height)
  for (let row = 0; row < height; row++) {
    const filter = packed[row * (stride + 1)]
    for (let column = 0; column < stride; column++) {
      const at = row * stride + column
      const left = column < samples ? 0 : raw[at - samples]
      const up = row === 0 ? 0 : raw[at - stride]
      const corner = row === 0 || column < samples ? 0 : raw[at - stride - samples]
      raw[at] = packed[row * (stride + 1) + 1 + column] + predict(filter, left, up, corner)
    }
  }
  const pixels = Uint32Array.from({ length: width * height }, (_, at) => {
    const from = at * samples
    return (raw[from] << 16) | (raw[from + 1] << 8) | raw[from + 2]
  })
  return { width, height, pixels }
}

function predict(filter, left, up, corner) {
  if (filter === 0) return 0
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 3) return (left + up) >> 1
  const [a, b, c] = [left, up, corner].map(value => Math.abs(left + up - corner - value))
  return a <= b && a <= c ? left : b <= c ? up : corner
}

/** The most frequent colours stay as they are; each other one becomes the nearest of them. */
function quantize(pixels) {
  const counts = new Map()
  for (const color of pixels) counts.set(color, (counts.get(color) ?? 0) + 1)
  const split = color => [color >> 16, (color >> 8) & 255, color & 255]
  const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256)
  const palette = kept.map(([color]) => split(color))
  const indexOf = new Map(kept.map(([color], index) => [color, index]))
  for (const color of counts.keys())
    if (!indexOf.has(color)) indexOf.set(color, nearest(split(color), palette))
  return { palette, indexes: Uint8Array.from(pixels, color => indexOf.get(color)) }
}

function nearest(color, palette) {
  const distances = palette.map(other => other.reduce((sum, part, at) => sum + (part - color[at]) ** 2, 0))
  return distances.indexOf(Math.min(...distances))
}
