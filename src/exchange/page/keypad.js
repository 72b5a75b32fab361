// Twelve keys.

import { h } from './dom.js'

const KEYS = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
]
const NAMES = { '*': 'star', '#': 'pound' }
const PRESSED_MS = 140

export const isKey = (key) => /^[0-9*#]$/.test(key)

export function keypad(press) {
  const buttons = new Map()
  const element = h('div', {
    class: 'keypad',
    role: 'group',
    tabindex: '-1',
    'aria-label': 'Keypad; the number keys work too',
  })
  for (const [key, letters] of KEYS) {
    const button = h(
      'button',
      { type: 'button', 'aria-label': NAMES[key], 'data-letters': letters, onclick: () => press(key) },
      h('b', {}, key),
    )
    buttons.set(key, button)
    element.append(button)
  }
  return {
    element,
    /** Shows a key that was pressed on the keyboard going down. */
    flash(key) {
      const button = buttons.get(key)
      button?.classList.add('pressed')
      setTimeout(() => button?.classList.remove('pressed'), PRESSED_MS)
    },
  }
}
