import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeSecrets } from '../../src/challenges/challenge-secrets.ts'
import { SecretMissing, secretId } from '../../src/domain/one-time-codes.ts'
import { stored } from '../http/challenge-sample.ts'

const SECRET = 'the secret that the challenge was made under'

test('an instance without the secret of a challenge throws instead of deriving another code', () => {
  const sample = stored({})
  const record = { ...sample, request: { ...sample.request, secretId: secretId(SECRET) } }
  const code = challengeSecrets([SECRET]).code(record)
  assert.match(code, /^\d{6}$/)
  assert.equal(challengeSecrets(['a newer secret', SECRET]).code(record), code)
  assert.throws(() => challengeSecrets(['a newer secret']).code(record), SecretMissing)
})
