// A call in progress: captions as they are spoken, the keys, and the button to hang up.

import { spelledDigit } from './captions.js'
import { h, setText } from './dom.js'
import { keypad } from './keypad.js'
import { keyTone } from './sound.js'

const SHOWN_KEYS = 12

export function activeCall(call, press, hangUp) {
  const captions = h('div', {
    class: 'captions',
    role: 'log',
    'aria-live': 'polite',
    'aria-label': 'Captions',
    tabindex: '0',
  })
  const hint = h('p', { class: 'listening' })
  const keys = keypad(press)
  const end = h('button', { type: 'button', class: 'decline', onclick: hangUp }, 'Hang up')
  const element = call.machine
    ? h('div', { class: 'call machine' }, captions, h('div', { class: 'ways' }, end))
    : h(
        'div',
        { class: 'call' },
        captions,
        h('div', { class: 'pad' }, hint, keys.element),
        h('div', { class: 'ways' }, end),
      )
  let written = 0

  return {
    element,
    focus: keys.element,
    pressed(key) {
      keyTone(key)
      keys.flash(key)
    },
    update({ transcript, listening }) {
      for (const entry of transcript.slice(written)) if (entry.kind !== 'key') caption(captions, entry)
      if (transcript.length > written) captions.scrollTop = captions.scrollHeight
      written = transcript.length
      element.classList.toggle('listens', listening)
      const keyed = lastKeys(transcript)
      hint.classList.toggle('keyed', keyed !== '')
      setText(hint, keyed || (listening ? 'Listening for your keys' : 'Nobody listens for keys just now'))
    },
  }
}

/** A digit that is spelled out joins those before it, large. */
function caption(captions, { kind, language, text }) {
  const digit = spelledDigit({ kind, text })
  const last = captions.lastElementChild
  if (digit && last?.classList.contains('code')) return last.append(h('b', {}, digit))
  captions.append(h('p', { class: digit ? 'said code' : kind, lang: language }, digit ? h('b', {}, digit) : text))
}

/** The keys since the caller last spoke. */
function lastKeys(transcript) {
  const position = transcript.findLastIndex((entry) => entry.kind === 'said')
  return transcript
    .slice(position + 1)
    .filter((entry) => entry.kind === 'key')
    .map((entry) => entry.text)
    .join(' ')
    .slice(-2 * SHOWN_KEYS)
}
