import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SaxesParser } from 'saxes'
import { qrSvg } from '../../src/factors/qr-code.ts'

test('the QR code is well-formed SVG with the three finder patterns and a quiet zone', () => {
  const svg = qrSvg('otpauth://totp/Saltmarsh:ada%40example.com?secret=GEZDGNBVGY3TQOJQ&issuer=Saltmarsh')
  const parser = new SaxesParser()
  parser.on('error', (error) => assert.fail(error))
  parser.write(svg).close()
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)![1])
  const dark = new Set([...svg.matchAll(/M(\d+) (\d+)h1v1/g)].map(([, x, y]) => `${x},${y}`))
  const finder = (left: number, top: number) => {
    for (let x = 0; x < 7; x++)
      for (let y = 0; y < 7; y++) {
        const ring = Math.max(Math.abs(x - 3), Math.abs(y - 3))
        assert.equal(dark.has(`${left + x},${top + y}`), ring !== 2, `${left + x},${top + y}`)
      }
  }
  finder(4, 4)
  finder(size - 11, 4)
  finder(4, size - 11)
  for (const module of dark) for (const at of module.split(',')) assert.ok(Number(at) >= 4 && Number(at) < size - 4)
})
