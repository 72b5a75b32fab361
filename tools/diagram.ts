// Draws the state diagram in ARCHITECTURE.md from the state machine itself: `npm run diagram`.

import { readFileSync, writeFileSync } from 'node:fs'
import { stateOf } from '../src/domain/state-machine.ts'
import { type Edge, walk } from './walk.ts'

export const FILE = new URL('../ARCHITECTURE.md', import.meta.url)
const MARKED = /(<!-- diagram:begin -->\n).*?(<!-- diagram:end -->)/s

/** The document with the diagram as the machine is now. */
export function withDiagram(document: string): string {
  if (!MARKED.test(document)) throw new Error('ARCHITECTURE.md has lost the markers of its diagram.')
  return document.replace(MARKED, (_, begin: string, end: string) => `${begin}${diagram()}${end}`)
}

const OUTCOMES = ['approved', 'denied', 'undelivered', 'expired', 'canceled']

/** From where to where, and by what. */
type Moves = Map<string, Map<string, Set<string>>>

function diagram(): string {
  const moves: Moves = new Map()
  for (const edge of walk()) {
    const [from, to] = [nodeOf(edge.before), nodeOf(edge.after)]
    if (from !== to && !OUTCOMES.includes(from)) add(moves, from, to, label(edge))
  }
  const always = common(moves)
  const inside = [...moves].flatMap(([from, ways]) =>
    arrows(
      from,
      [...ways].filter(([to]) => !OUTCOMES.includes(to)),
    ),
  )
  const outcomes = [...moves].flatMap(([from, ways]) =>
    arrows(
      from,
      [...ways].filter(([to]) => OUTCOMES.includes(to)),
    ),
  )
  const lines = [
    'stateDiagram-v2',
    '  direction LR',
    '  [*] --> pending',
    '  state pending {',
    '    [*] --> placing',
    '    [*] --> waiting',
    ...inside.map((line) => `    ${line}`),
    '  }',
    ...[...arrows('pending', always), ...outcomes].map((line) => `  ${line}`),
    ...OUTCOMES.map((outcome) => `  ${outcome} --> [*]`),
  ]
  return ['```mermaid', ...lines, '```', ''].join('\n')
}

function add(moves: Moves, from: string, to: string, by: string): void {
  const ways = moves.get(from) ?? new Map<string, Set<string>>()
  moves.set(from, ways.set(to, (ways.get(to) ?? new Set()).add(by)))
}

/** What ends a challenge in every state, but for a flow's own question and what waits for its page, is taken out and drawn once for all of them. */
function common(moves: Moves): [string, Set<string>][] {
  return OUTCOMES.map((to) => {
    const sets = [...moves.values()].map((ways) => ways.get(to) ?? new Set<string>())
    const often = new Set(sets.flatMap((set) => [...set]).filter((by, _, all) => count(all, by) >= sets.length - 2))
    for (const set of sets) for (const by of often) set.delete(by)
    return [to, often]
  })
}

function count(all: string[], one: string): number {
  return all.filter((other) => other === one).length
}

function nodeOf(challenge: Edge['before']): string {
  return challenge.outcome?.status ?? stateOf(challenge)
}

function label({ event, before, after }: Edge): string {
  if (event.type === 'code_submitted') return event.right ? 'right guess' : 'wrong guess'
  if (event.type !== 'dtmf_received') return event.type
  if (after.deliveries.at(-1)?.result === 'no_input') return 'third miss'
  if (stateOf(before) === 'code') return event.key === 'none' ? 'silence' : 'last repeat'
  return `${event.key} key`
}

function arrows(from: string, ways: readonly (readonly [string, Set<string>])[]): string[] {
  return ways
    .filter(([, labels]) => labels.size > 0)
    .map(([to, labels]) => `${from} --> ${to}: ${[...labels].sort().join(', ')}`)
}

if (import.meta.main) writeFileSync(FILE, withDiagram(readFileSync(FILE, 'utf8')))
