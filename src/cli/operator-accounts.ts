// npm run operator: who may sign in to the console.

import '../config/node-version.js'
import { isOperatorName } from '../console/operator-name.ts'
import { drawPassword, hashPassword } from '../console/password.ts'
import type { AuditEntry } from '../store/audit-log.ts'
import type { AuditAction } from '../store/audit-schema.ts'
import type { OperatorRole } from '../store/operator-schema.ts'
import { type ListedOperator, type OperatorStore, operatorStore } from '../store/operators.ts'
import { operator } from './operator.ts'
import { readSubcommand } from './subcommand.ts'
import { withDatabase } from './with-database.ts'

const HELP = `Who may sign in to the console at /console.

  npm run operator -- list                          every account
  npm run operator -- add ada [--role viewer]       a new account, with a password that is shown here and never again
  npm run operator -- reset ada                     a new password, and no second proof any more: for who is locked out
  npm run operator -- disable ada                   ends its sessions; reset opens it again

A viewer may look; an operator, which is the default, may act too. At the first sign-in an authenticator app or a phone is set up.

It reads the server's settings. An embedded database is open to one process only: stop the server first.
`

const ROLES: readonly OperatorRole[] = ['viewer', 'operator']

const { command, args, values } = readSubcommand({
  name: 'operator',
  help: HELP,
  subcommands: { list: [], add: ['name'], reset: ['name'], disable: ['name'] },
  options: { role: { type: 'string' } },
})
await withDatabase(async (database) => console.log(await run(operatorStore(database))))

async function run(store: OperatorStore): Promise<string> {
  const [name = ''] = args
  if (values.role !== undefined && command !== 'add') throw new Error('--role belongs to add.')
  const entry = (action: AuditAction, detail: AuditEntry['detail'] = {}): AuditEntry => ({
    actor: operator(),
    action,
    target: name,
    reason: null,
    detail,
  })
  const password = drawPassword()
  switch (command) {
    case 'list':
      return listed(await store.list())
    case 'add': {
      const role = roleOf(values.role)
      if (!isOperatorName(name))
        throw new Error(`${name}: a name begins with a small letter, and has letters, digits, dots and dashes.`)
      const added = { name, role, passwordHash: await hashPassword(password) }
      if (!(await store.add(added, entry('operator.added', { role }))))
        throw new Error(`${name} has an account already.`)
      return `${name} may sign in as ${role}. The password, which is shown once:\n\n  ${password}\n`
    }
    case 'reset':
      if (!(await store.reset(name, await hashPassword(password), entry('operator.reset'))))
        throw new Error(`There is no account ${name}.`)
      return `${name} sets up an authenticator app or a phone at the next sign-in. The new password, which is shown once:\n\n  ${password}\n`
    case 'disable':
      if (!(await store.disable(name, entry('operator.disabled'))))
        throw new Error(`There is no account ${name} that may sign in.`)
      return `${name} may not sign in any more.`
  }
}

function roleOf(given: unknown): OperatorRole {
  const role = ROLES.find((one) => one === (given ?? 'operator'))
  if (role === undefined) throw new Error(`--role ${given}: there are only ${ROLES.join(' and ')}.`)
  return role
}

function listed(accounts: ListedOperator[]): string {
  if (accounts.length === 0) return 'There is no account, so the console is off in production.'
  return accounts
    .map(({ name, role, signedInAt, disabledAt }) => {
      const state = disabledAt ? `disabled ${disabledAt}` : 'may sign in'
      return [name.padEnd(20), role.padEnd(8), state, signedInAt ? `last ${signedInAt}` : 'never signed in'].join('  ')
    })
    .join('\n')
}
