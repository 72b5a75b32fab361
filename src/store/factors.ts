// Factors. Each check ends in one guarded statement, so that a step is accepted once and no wrong code goes uncounted,
// however many come at once and through however many instances.

import { and, asc, eq, getTableColumns, gt, isNull, lt, lte, ne, or, type SQL, sql } from 'drizzle-orm'
import type { FactorId } from '../domain/factor.ts'
import type { Database } from './database.ts'
import { factors } from './factor-schema.ts'
import { execute, openOrm } from './orm.ts'

export type FactorRecord = Omit<typeof factors.$inferSelect, 'serviceId'> & {
  /** The database's time when the row was read. */
  readAt: string
}

export type NewFactor = Pick<FactorRecord, 'id' | 'type' | 'subject' | 'label' | 'status' | 'ciphertext' | 'secretId'>

/** How many wrong codes in a row, and whether they have locked it. */
export type Lockout = Pick<FactorRecord, 'failures' | 'lockedUntil'>

/** What a right code is made of: the step of an authenticator app, or the number of a recovery code. */
export type Proof = { step: number } | { codeIndex: number }

export type FactorStore = {
  /** A new set of recovery codes replaces the subject's earlier one. */
  insert(serviceId: string, factor: NewFactor): Promise<FactorRecord>
  find(serviceId: string, id: string): Promise<FactorRecord | null>
  /** Oldest first. */
  list(serviceId: string, subject: string): Promise<FactorRecord[]>
  delete(serviceId: string, id: string): Promise<boolean>
  /** Accepts a right code once, and confirms the factor; `null`: used before, or locked meanwhile. */
  accept(id: FactorId, proof: Proof): Promise<Lockout | null>
  /** Counts a wrong code; `null`: locked meanwhile. After every `attempts` it locks, twice as long each time. */
  fail(id: FactorId, attempts: number, longestLockMinutes: number): Promise<Lockout | null>
  /** Factors that are not encrypted under this secret. */
  encryptedUnderOthers(
    secretId: string,
    after: FactorId | '',
    limit: number,
  ): Promise<Pick<FactorRecord, 'id' | 'ciphertext' | 'secretId'>[]>
  /** Does nothing when the ciphertext is no longer the one that was read. */
  reencrypt(id: FactorId, from: string, to: { ciphertext: string; secretId: string }): Promise<void>
}

const attempts = sql`${sql.placeholder('attempts')}::int`
const minutes = sql`
  least(${sql.placeholder('longestLockMinutes')}::int, power(2, least(10, (${factors.failures} + 1) / ${attempts} - 1)))`
/** What a wrong code leaves. */
export const WRONG_CODE = {
  failures: sql`${factors.failures} + 1`,
  lockedUntil: sql`
    case when (${factors.failures} + 1) % ${attempts} = 0
      then now() + interval '1 minute' * ${minutes} else ${factors.lockedUntil} end`,
}
export const IS_UNLOCKED = or(isNull(factors.lockedUntil), lte(factors.lockedUntil, sql`now()`))

export function factorStore(database: Database): FactorStore {
  const orm = openOrm(database)
  const { serviceId: _, lockedUntil, ...columns } = getTableColumns(factors)
  const record = {
    ...columns,
    // A lock that is over is none.
    lockedUntil: sql<string | null>`case when ${lockedUntil} > now() then ${lockedUntil} end`.as('locked_until'),
    readAt: sql<string>`now()`.as('read_at'),
  }
  const value = sql.placeholder
  const owned = and(eq(factors.id, value('id')), eq(factors.serviceId, value('serviceId')))

  const insert = orm
    .insert(factors)
    .values({
      id: value('id'),
      serviceId: value('serviceId'),
      type: value('type'),
      subject: value('subject'),
      label: value('label'),
      status: value('status'),
      ciphertext: value('ciphertext'),
      secretId: value('secretId'),
      confirmedAt: sql`case when ${value('status')}::text = 'confirmed' then now() end`,
    })
    .returning(record)
    .prepare('insert_factor')
  const replaceCodes = orm
    .delete(factors)
    .where(
      and(
        eq(factors.serviceId, value('serviceId')),
        eq(factors.subject, value('subject')),
        eq(factors.type, 'recovery_codes'),
        ne(factors.id, value('id')),
      ),
    )
    .prepare('replace_recovery_codes')
  const find = orm.select(record).from(factors).where(owned).prepare('find_factor')
  const list = orm
    .select(record)
    .from(factors)
    .where(and(eq(factors.serviceId, value('serviceId')), eq(factors.subject, value('subject'))))
    .orderBy(asc(factors.createdAt), asc(factors.id))
    .prepare('list_factors')
  const remove = orm.delete(factors).where(owned).returning({ id: factors.id }).prepare('delete_factor')

  // An update that waits for another one checks its conditions again on what that one left, so one of many wins.
  const accept = (name: string, used: { lastStep?: SQL; usedCodes?: SQL }, isUnused: SQL | undefined) =>
    orm
      .update(factors)
      .set({
        ...used,
        failures: 0,
        lockedUntil: null,
        lastUsedAt: sql`now()`,
        status: 'confirmed',
        confirmedAt: sql`coalesce(${factors.confirmedAt}, now())`,
      })
      .where(and(eq(factors.id, value('id')), IS_UNLOCKED, isUnused))
      .returning(record)
      .prepare(name)
  const step = sql`${value('step')}::bigint`
  const acceptStep = accept(
    'accept_factor_step',
    { lastStep: step },
    or(isNull(factors.lastStep), lt(factors.lastStep, step)),
  )
  const bit = sql`(1 << ${value('codeIndex')}::int)`
  const acceptCode = accept(
    'accept_recovery_code',
    { usedCodes: sql`${factors.usedCodes} | ${bit}` },
    sql`${factors.usedCodes} & ${bit} = 0`,
  )

  const fail = orm
    .update(factors)
    .set(WRONG_CODE)
    .where(and(eq(factors.id, value('id')), IS_UNLOCKED))
    .returning(record)
    .prepare('count_wrong_factor_code')

  const others = orm
    .select({ id: factors.id, ciphertext: factors.ciphertext, secretId: factors.secretId })
    .from(factors)
    .where(and(ne(factors.secretId, value('secretId')), gt(factors.id, value('after'))))
    .orderBy(asc(factors.id))
    .limit(value('limit'))
    .prepare('factors_encrypted_under_others')
  const reencrypt = orm
    .update(factors)
    .set({ ciphertext: sql`${value('to')}`, secretId: sql`${value('secretId')}` })
    .where(and(eq(factors.id, value('id')), eq(factors.ciphertext, value('from'))))
    .prepare('reencrypt_factor')

  return {
    async insert(serviceId, factor) {
      const [inserted] = await execute(insert, { ...factor, serviceId })
      // For a moment there are two sets, both of this person.
      if (factor.type === 'recovery_codes')
        await execute(replaceCodes, { serviceId, subject: factor.subject, id: factor.id })
      return inserted!
    },
    find: async (serviceId, id) => (await execute(find, { id, serviceId }))[0] ?? null,
    list: (serviceId, subject) => execute(list, { serviceId, subject }),
    delete: async (serviceId, id) => (await execute(remove, { id, serviceId })).length > 0,
    async accept(id, proof) {
      const accepted = 'step' in proof ? execute(acceptStep, { id, ...proof }) : execute(acceptCode, { id, ...proof })
      return (await accepted)[0] ?? null
    },
    fail: async (id, attempts, longestLockMinutes) =>
      (await execute(fail, { id, attempts, longestLockMinutes }))[0] ?? null,
    encryptedUnderOthers: (secretId, after, limit) => execute(others, { secretId, after, limit }),
    async reencrypt(id, from, { ciphertext, secretId }) {
      await execute(reencrypt, { id, from, to: ciphertext, secretId })
    },
  }
}
