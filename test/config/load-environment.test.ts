import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { truncatedValues } from '../../src/config/load-environment.ts'

describe('a # in a .env file', () => {
  const cut = (text: string) => truncatedValues(text).map(({ name }) => name)

  test('inside a value without quotes is named: what stands behind it would be lost', () => {
    assert.deepEqual(truncatedValues('PORT=3000\nBANDWIDTH_PASSWORD=pass#word\n'), [
      { name: 'BANDWIDTH_PASSWORD', left: 4 },
    ])
    assert.deepEqual(cut('export SECRET = a#b\r\n'), ['SECRET'])
  })

  test('in quotes belongs to the value, and behind a blank begins a comment', () => {
    assert.deepEqual(cut('A="pass#word"\nB=\'pass#word\'\nC=3000 # the port\nD=# nothing\n# E=a#b\nF=plain'), [])
  })
})
