// What an app may do with the factors of its people: add one, confirm it, check a code, list and remove them.

import { nanoid } from 'nanoid'
import type { CheckReason, CheckResult, CodeReason, Factor, FactorId, FactorType } from '../domain/factor.ts'
import { secretId } from '../domain/one-time-codes.ts'
import { DatabaseUnavailable } from '../store/database-errors.ts'
import { decrypt, encrypt } from '../store/encryption.ts'
import type { FactorRecord, FactorStore, Lockout, Proof } from '../store/factors.ts'
import { throwAll } from '../store/sweep.ts'
import { ATTEMPTS, attemptsLeft, LONGEST_LOCK_MINUTES } from './lockout.ts'
import { qrSvg } from './qr-code.ts'
import { drawRecoveryCodes, hashRecoveryCodes, matchingRecoveryCode, RECOVERY_CODE_COUNT } from './recovery-codes.ts'
import { base32, drawTotpSecret, isTotpCode, matchingStep, otpauthUrl } from './totp.ts'

/** What saves a right or a wrong code. */
export type CodeSaves = Pick<FactorStore, 'accept' | 'fail'>

export type Factors = {
  /** The secret, its URL and its QR code leave the server here and never again. */
  createTotp(
    serviceId: string,
    wanted: { subject: string; label: string; issuer: string },
  ): Promise<{ factor: Factor; secret: string; otpauthUrl: string; qrSvg: string }>
  /** The codes leave the server here and never again. The subject's earlier set is void. */
  createRecoveryCodes(serviceId: string, subject: string): Promise<{ factor: Factor; codes: string[] }>
  find(serviceId: string, id: string): Promise<Factor | null>
  list(serviceId: string, subject: string): Promise<Factor[]>
  delete(serviceId: string, id: string): Promise<boolean>
  /** The first right code, after which the factor counts. `already_confirmed`: there is nothing to confirm. */
  confirm(
    serviceId: string,
    id: string,
    code: string,
    saves?: CodeSaves,
  ): Promise<CheckResult<CodeReason> | 'not_found' | 'already_confirmed' | 'malformed'>
  /** `malformed`: no code of an authenticator app, so it costs no attempt. */
  check(
    serviceId: string,
    id: string,
    code: string,
    saves?: CodeSaves,
  ): Promise<CheckResult | 'not_found' | 'malformed'>
  /** Encrypts what an older secret protects under the newest one. */
  reencrypt(): Promise<void>
}

type ApiRecord = FactorRecord & { type: FactorType }

const REENCRYPT_BATCH = 200

/** Whatever else stands in a path is no factor's, and may be no text that the database takes. */
const FACTOR_ID = /^fct_[\w-]{1,64}$/

export function createFactors(store: FactorStore, secrets: readonly string[]): Factors {
  /** The last one that was tried: the next round goes on behind it, also when it could not be encrypted anew. */
  let reencryptedTo: FactorId | '' = ''

  async function recordOf(serviceId: string, id: string): Promise<ApiRecord | null> {
    const record = FACTOR_ID.test(id) ? await store.find(serviceId, id) : null
    return record && isOfApi(record) ? record : null
  }

  /** Judges by the database's clock, as it was when the row was read. */
  function proofOf(record: FactorRecord, code: string): Proof | null {
    const secret = decrypt(secrets, record.id, record)
    if (record.type === 'recovery_codes') {
      const codeIndex = matchingRecoveryCode(secret, code)
      return codeIndex === null ? null : { codeIndex }
    }
    const step = matchingStep(secret, code, new Date(record.readAt))
    return step === null ? null : { step }
  }

  async function checkCode(
    serviceId: string,
    record: FactorRecord,
    code: string,
    saves: CodeSaves,
  ): Promise<CheckResult<CodeReason>> {
    if (record.lockedUntil !== null) return resultOf('locked', record)
    const proof = proofOf(record, code)
    const saved = proof
      ? await saves.accept(record.id, proof)
      : await saves.fail(record.id, ATTEMPTS, LONGEST_LOCK_MINUTES)
    if (saved) return resultOf(proof ? 'code_matched' : 'wrong_code', saved)
    const now = (await store.find(serviceId, record.id)) ?? record
    return resultOf(now.lockedUntil === null ? 'code_used' : 'locked', now)
  }

  return {
    async createTotp(serviceId, { subject, label, issuer }) {
      const id: FactorId = `fct_${nanoid(22)}`
      const secret = drawTotpSecret()
      const url = otpauthUrl(secret, label, issuer)
      const kept = encrypt(secrets, id, secret)
      const record = await store.insert(serviceId, { id, type: 'totp', subject, label, status: 'pending', ...kept })
      return {
        factor: factorOf({ ...record, type: 'totp' }),
        secret: base32(secret),
        otpauthUrl: url,
        qrSvg: qrSvg(url),
      }
    },

    async createRecoveryCodes(serviceId, subject) {
      const id: FactorId = `fct_${nanoid(22)}`
      const codes = drawRecoveryCodes()
      const kept = encrypt(secrets, id, hashRecoveryCodes(codes))
      const wanted = { id, type: 'recovery_codes', subject, label: null, status: 'confirmed', ...kept } as const
      const record = await store.insert(serviceId, wanted)
      return { factor: factorOf({ ...record, type: 'recovery_codes' }), codes }
    },

    async find(serviceId, id) {
      const record = await recordOf(serviceId, id)
      return record && factorOf(record)
    },

    async list(serviceId, subject) {
      return (await store.list(serviceId, subject)).filter(isOfApi).map(factorOf)
    },

    delete: async (serviceId, id) => FACTOR_ID.test(id) && store.delete(serviceId, id),

    async confirm(serviceId, id, code, saves = store) {
      const record = await recordOf(serviceId, id)
      if (!record) return 'not_found'
      if (record.status === 'confirmed') return 'already_confirmed'
      return isMalformed(record, code) ? 'malformed' : checkCode(serviceId, record, code, saves)
    },

    async check(serviceId, id, code, saves = store) {
      const record = await recordOf(serviceId, id)
      if (!record) return 'not_found'
      if (isMalformed(record, code)) return 'malformed'
      return record.status === 'pending' ? resultOf('not_confirmed', record) : checkCode(serviceId, record, code, saves)
    },

    async reencrypt() {
      const others = await store.encryptedUnderOthers(secretId(secrets[0]!), reencryptedTo, REENCRYPT_BATCH)
      const failures: unknown[] = []
      for (const { id, ...encrypted } of others) {
        try {
          const again = encrypt(secrets, id, decrypt(secrets, id, encrypted))
          await store.reencrypt(id, encrypted.ciphertext, again)
        } catch (error) {
          if (error instanceof DatabaseUnavailable) throw error
          failures.push(error)
        }
      }
      reencryptedTo = others.length < REENCRYPT_BATCH ? '' : others.at(-1)!.id
      throwAll(failures)
    },
  }
}

function resultOf<Reason extends CheckReason>(reason: Reason, { failures, lockedUntil }: Lockout): CheckResult<Reason> {
  return {
    valid: reason === 'code_matched',
    reason,
    attemptsLeft: attemptsLeft(failures, lockedUntil !== null),
    lockedUntil,
  }
}

/** A recovery code is read with or without its hyphen, so nothing that is typed for one is told from a wrong one. */
function isMalformed({ type }: ApiRecord, code: string): boolean {
  return type === 'totp' && !isTotpCode(code)
}

function isOfApi(record: FactorRecord): record is ApiRecord {
  return record.type !== 'phone'
}

function factorOf(record: ApiRecord): Factor {
  const { id, type, subject, label, status, usedCodes, createdAt, confirmedAt, lastUsedAt, lockedUntil } = record
  const codesLeft = type === 'recovery_codes' ? RECOVERY_CODE_COUNT - bitsOf(usedCodes) : null
  return { id, type, subject, label, status, codesLeft, createdAt, confirmedAt, lastUsedAt, lockedUntil }
}

function bitsOf(mask: number): number {
  return mask.toString(2).replaceAll('0', '').length
}
