// The numbers whose phones always do the same.

import { copy } from './copy.js'
import { h } from './dom.js'
import { spaced } from './labels.js'

export function testNumbers(list, all) {
  list.replaceChildren(
    ...all.map(({ numbers: [number], does }) => {
      const button = h(
        'button',
        { type: 'button', class: 'quiet', onclick: () => copy(number, button) },
        spaced(number),
      )
      return h('li', {}, button, h('span', {}, does))
    }),
  )
}
