// What a phone that answers by itself does on the line: it listens to each prompt to its end, then presses keys or hangs
// up. It understands no language and no app: it goes by the keys that a prompt names and by how many keys are awaited.

import type { Call } from './call.ts'
import type { Keypad } from './keypad.ts'
import type { Gather } from './steps.ts'

export const CONDUCTS = ['approves', 'refuses', 'reports_fraud', 'hangs_up', 'wrong_twice'] as const
export type Conduct = (typeof CONDUCTS)[number]

/**
 * What a gather asks for. `approval`: one key, the first named approves. `gate`: the keys that open the code. `code`: the
 * code on a screen that this phone can't see. `reading`: a code was read, and a key would only repeat it.
 */
type Question = 'approval' | 'gate' | 'code' | 'reading'

/** Keys to press; an empty string: none. */
type Action = string | 'hang up'

const REACTION_MS = 900
const KEY_MS = 350
/** A code is spoken twice. No question names so many keys twice over. */
const SHORTEST_CODE = 4

/** To be called whenever the prompt of a gather has ended. */
export function createPerson(conduct: Conduct): (call: Call, gather: Gather, keypad: Keypad) => Promise<void> {
  let misses = 0
  return async (call, gather, keypad) => {
    const action = actionOf(conduct, gather, misses)
    if (action === '') return
    await call.takeTime(REACTION_MS)
    if (call.keypad !== keypad) return
    if (action === 'hang up') return call.end('completed', 'person')
    if (conduct === 'wrong_twice') misses += 1
    for (const key of action) {
      if (call.keypad !== keypad) return
      call.press(key)
      await call.takeTime(KEY_MS)
    }
  }
}

function actionOf(conduct: Conduct, gather: Gather, misses: number): Action {
  const named = keysNamed(gather)
  const question = questionOf(gather, named)
  if (question === 'reading') return conduct === 'approves' || conduct === 'wrong_twice' ? '' : 'hang up'
  if (question === 'code') {
    if (conduct === 'approves') return ''
    return conduct === 'wrong_twice' ? wrongCode(gather, misses) : 'hang up'
  }
  const report = named.at(-1) ?? ''
  const right = question === 'gate' ? named.slice(-3, -1).join('') : (named.at(-2) ?? '')
  if (conduct === 'approves') return right
  if (conduct === 'reports_fraud') return report
  if (question === 'approval') {
    if (conduct === 'wrong_twice') return right
    return conduct === 'refuses' ? otherKey(right, report) : 'hang up'
  }
  if (conduct === 'refuses') return 'hang up'
  return conduct === 'wrong_twice' && misses === 0 ? otherKey(right, report).repeat(2) : right
}

function questionOf({ maxDigits }: Gather, named: string[]): Question {
  if (maxDigits === null || maxDigits >= SHORTEST_CODE) return 'code'
  if (maxDigits > 1) return 'gate'
  return namesCode(named) ? 'reading' : 'approval'
}

/** Whether the last keys named are a code, twice in a row. */
function namesCode(named: string[]): boolean {
  for (let length = SHORTEST_CODE; length <= named.length / 2; length++) {
    if (named.slice(-length).join('') === named.slice(-2 * length, -length).join('')) return true
  }
  return false
}

/** The figures that stand alone: "press 4, then 7". */
function keysNamed({ prompt }: Gather): string[] {
  const text = prompt.flatMap((one) => (one.type === 'say' ? one.runs.map((run) => run.text) : [])).join(' ')
  return text.match(/(?<!\d)\d(?!\d)/g) ?? []
}

/** Two guesses, after which the code is left to the test. A code of only zeros or only ones is not excluded. */
function wrongCode({ maxDigits }: Gather, misses: number): string {
  return misses < 2 ? String(misses).repeat(maxDigits ?? SHORTEST_CODE) : ''
}

function otherKey(...taken: string[]): string {
  return ['2', '3', '4', '5'].find((key) => !taken.join('').includes(key)) ?? ''
}
