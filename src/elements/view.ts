// The parts of the element, made once, and what changes in them. It knows nothing of requests.

import type { Challenge, Channel } from '../client/client.ts'
import { element, setText } from './dom.ts'
import { figure } from './figure.ts'
import type { Shown } from './progress.ts'
import type { Texts } from './texts.ts'

export type View = ReturnType<typeof createView>

export function createView(headingLevel: string) {
  const title = element('div', { class: 'title', part: 'title', role: 'heading', 'aria-level': headingLevel })
  const sentence = element('p', { class: 'sentence', part: 'sentence', id: 'sentence' })
  const status = element('div', { class: 'status', part: 'status', role: 'status', tabindex: '-1' }, title, sentence)
  const toSpoken = element('span', { class: 'unseen' })
  const toSeen = element('span', { 'aria-hidden': 'true' })
  const to = element('p', { class: 'to', part: 'to', hidden: true }, toSpoken, toSeen)
  const problem = element('p', { class: 'problem', part: 'problem', role: 'alert', hidden: true })

  const label = element('label', { for: 'code' })
  const input = element('input', {
    ...{ id: 'code', name: 'code', part: 'code-input', inputmode: 'numeric', autocomplete: 'one-time-code' },
    ...{ autocapitalize: 'none', spellcheck: 'false', maxlength: '24', 'aria-describedby': 'sentence code-error' },
  })
  const confirm = element('button', { class: 'main', part: 'button confirm' })
  const error = element('p', { class: 'error', part: 'error', id: 'code-error', role: 'alert', hidden: true })
  const row = element('div', { class: 'row' }, input, confirm)
  const code = element('form', { class: 'code', part: 'code', novalidate: true, hidden: true }, label, row, error)

  const displayLabel = element('p')
  const digitsSpoken = element('span', { class: 'unseen' })
  const digitsSeen = element('span', { 'aria-hidden': 'true' })
  const digits = element('p', { class: 'digits', part: 'digits' }, digitsSpoken, digitsSeen)
  const display = element('div', { class: 'display', part: 'display', hidden: true }, displayLabel, digits)

  const phraseLabel = element('p')
  const words = element('p', { class: 'words' })
  const phrase = element('div', { class: 'display', part: 'phrase', hidden: true }, phraseLabel, words)

  const keepOpen = element('p', { class: 'keep-open', part: 'keep-open', hidden: true })

  const details = element('p', { class: 'details', part: 'details', hidden: true })
  const list = element('ul')
  const keys = element('div', { class: 'keys', part: 'keys', hidden: true }, details, list)

  const countdown = element('p', { class: 'countdown', part: 'countdown', role: 'timer', hidden: true })
  const call = element('button', { type: 'button', part: 'button call', hidden: true })
  const sms = element('button', { type: 'button', part: 'button sms', hidden: true })
  const cancel = element('button', { type: 'button', class: 'plain', part: 'button cancel', hidden: true })
  const ended = element('slot', { name: 'ended', hidden: true })
  const actions = element('div', { class: 'actions', part: 'actions' }, call, sms, ended, cancel)

  const root = element(
    'div',
    { class: 'root', 'data-stage': 'loading' },
    ...[figure(), status, to, keepOpen, problem, phrase, code, display, keys, countdown, actions],
  )
  const buttons: Record<Channel, HTMLButtonElement> = { call, sms }

  return {
    ...{ root, status, problem, code, input, error, countdown, call, sms, cancel },

    showStatus({ stage, title: heading, sentence: text }: Shown) {
      root.dataset.stage = stage
      setText(title, heading)
      setText(sentence, text)
    },

    /** What a pending challenge asks the person to do. */
    showTask(challenge: Challenge, codeLength: number, texts: Texts) {
      const { flow, status: state, display_code: shownCode } = challenge
      const pending = state === 'pending'
      const ending = challenge.to.slice(-4)
      setText(toSpoken, texts.phoneEnding(ending.split('').join(' ')))
      setText(toSeen, challenge.to)
      to.hidden = false
      keepOpen.hidden = !pending || challenge.require_waiter === undefined
      setText(keepOpen, texts.keepOpen)
      setText(label, texts.codeLabel(codeLength))
      setText(confirm, texts.confirm)
      setText(cancel, texts.cancel)
      code.hidden = !pending || flow !== 'send_code'
      display.hidden = !pending || flow !== 'keypad_code' || shownCode === undefined
      keys.hidden = !pending || flow !== 'approve'
      cancel.hidden = !pending
      ended.hidden = pending || state === 'approved'
      if (shownCode !== undefined && digitsSeen.textContent !== shownCode) showDigits(shownCode)
      phrase.hidden = challenge.shared_phrase === undefined
      setText(phraseLabel, texts.sharedPhrase)
      setText(words, challenge.shared_phrase ?? '')
      setText(displayLabel, texts.enterOnPhone)
      setText(details, challenge.details ?? '')
      details.hidden = challenge.details === null
      list.replaceChildren(
        ...(
          [
            challenge.key_drawn ? ['2–8', texts.keys.namedApproves] : ['1', texts.keys.approves],
            ['9', texts.keys.reports],
            ['*', texts.keys.others],
          ] as const
        ).map(([key, meaning]) => element('li', {}, element('kbd', {}, key), element('span', {}, meaning))),
      )
    },

    /** The buttons that ask for another delivery. `seconds`: until they wake. */
    showOffers(offered: readonly Channel[], labels: Record<Channel, string>, seconds: number, texts: Texts) {
      for (const channel of ['call', 'sms'] as const) {
        const button = buttons[channel]
        button.hidden = !offered.includes(channel)
        button.disabled = seconds > 0
        setText(button, seconds > 0 ? texts.later(labels[channel], seconds) : labels[channel])
      }
    },

    showProblem(sentenceOrNull: string | null) {
      setText(problem, sentenceOrNull ?? '')
      problem.hidden = sentenceOrNull === null
    },

    /** Focus must not be lost with the part that had it: a keyboard or screen reader would start at the top again. */
    keepFocus(shadow: ShadowRoot, change: () => void) {
      const focused = shadow.activeElement
      change()
      if (focused && !focused.checkVisibility()) status.focus()
    },
  }

  function showDigits(shownCode: string) {
    const half = Math.ceil(shownCode.length / 2)
    setText(digitsSpoken, shownCode.split('').join(' '))
    digitsSeen.replaceChildren(element('b', {}, shownCode.slice(0, half)), element('b', {}, shownCode.slice(half)))
  }
}
