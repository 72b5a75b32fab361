// What a migration may not do while the version before it is still at work on tables that are full and busy.

/** The statements of a migration that break this, each with the reason, less those that say why they may. */
export function faultsOf(statements: readonly string[]): string[] {
  const fresh = new Set(
    statements.flatMap((text) => /^create table (?:if not exists )?"?(\w+)/i.exec(bare(text))?.[1] ?? []),
  )
  return statements.flatMap((text) => {
    const statement = bare(text)
    const table = /\bon "?(\w+)"?/i.exec(statement)?.[1] ?? /^alter table (?:only )?"?(\w+)"?/i.exec(statement)?.[1]
    if (table !== undefined && fresh.has(table)) return []
    return RULES.filter(([pattern]) => pattern.test(statement)).map(([, why]) => `${why}: ${statement}`)
  })
}

const RULES: [RegExp, string][] = [
  [/^drop table\b/i, 'the version before still uses the table'],
  [/\bdrop column\b/i, 'the version before still names the column: drop it one release later'],
  [/\brename\b/i, 'the version before knows the old name: add, copy, and drop one release later'],
  [/\bset not null\b/i, 'reads the whole table under a lock: add a check NOT VALID, validate it, then set it'],
  [/\badd column\b(?!.*\bdefault\b).*\bnot null\b/i, 'the version before inserts without the column'],
  [/\badd column\b.*\bdefault\b.*\(/i, 'a default that has to be computed rewrites the table'],
  [/\b(alter column \S+ (set data )?type)\b/i, 'rewrites the table'],
  [
    /\badd constraint\b(?!.*\b(not valid|using index)\b)/i,
    'reads the whole table under a lock: NOT VALID, then validate',
  ],
  [/^create (unique )?index (?!concurrently\b)/i, 'stops every write while it is made: CONCURRENTLY'],
  [/^drop index (?!concurrently\b)/i, 'waits under a lock that stops everybody: CONCURRENTLY'],
  [/^create (unique )?index concurrently if not exists\b/i, 'leaves a broken index of a try before: DROP INDEX first'],
  [/^(vacuum full|cluster|reindex (?!.*\bconcurrently\b))/i, 'locks the whole table'],
  [/^(update|delete)\b/i, 'touches every row in one statement: let the code do it in batches'],
]

/** Without comments, on one line. */
function bare(statement: string): string {
  return statement.replace(/--.*$/gm, '').replace(/\s+/g, ' ').trim()
}
