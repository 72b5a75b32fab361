// What each measure is to reach. A measure without a goal stands in a table of the report.

export type Goal = {
  title: string
  unit: 'ratio' | 'transactions' | 'KiB' | 'seconds'
  atLeast?: number
  atMost?: number
}

export const GOALS = {
  creation: { title: 'creation, the carrier asked ÷ floor B', unit: 'ratio', atLeast: 0.8 },
  answer: { title: '`answer` webhook ÷ floor B', unit: 'ratio', atLeast: 0.85 },
  last_key: { title: 'webhook with the last key ÷ floor B', unit: 'ratio', atLeast: 0.85 },
  status_read: { title: 'status read ÷ floor B', unit: 'ratio', atLeast: 0.8 },
  transactions: { title: 'transactions per approved call, all told', unit: 'transactions', atMost: 5 },
  memory: { title: 'resident memory after the load ÷ floor B', unit: 'ratio', atMost: 1.2 },
  disk: { title: 'disk per ended challenge, with ledger and indexes', unit: 'KiB', atMost: 1.5 },
  last_key_pgbench: { title: 'webhook with a key ÷ pgbench with the guarded statement', unit: 'ratio', atLeast: 0.45 },
  check_flow: { title: 'creation and check of a code ÷ floor B', unit: 'ratio', atLeast: 0.75 },
  growth: { title: 'throughput beside ended challenges ÷ none', unit: 'ratio', atLeast: 0.95 },
  waiter_memory: { title: 'resident memory per waiting SSE client at 10,000', unit: 'KiB', atMost: 20 },
  waiter_delay: {
    title: 'key to a client of another instance, p99 ÷ p99 of a bare NOTIFY',
    unit: 'ratio',
    atMost: 2,
  },
  ready: { title: 'ready on an existing Postgres ÷ start of a bare Hono server', unit: 'ratio', atMost: 3 },
  cold_start: { title: 'first start with the embedded database, to ready', unit: 'seconds', atMost: 3 },
} as const satisfies Record<string, Goal>

export type GoalId = keyof typeof GOALS

export function isMet(id: GoalId, value: number): boolean {
  const { atLeast = -Infinity, atMost = Infinity }: Goal = GOALS[id]
  return value >= atLeast && value <= atMost
}
