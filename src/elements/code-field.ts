// The field for the code: it sends the code as soon as its last digit is in, and shows what is wrong with it.

import { codeProblem, normalizeCode } from './code-entry.ts'
import type { Texts } from './texts.ts'
import type { View } from './view.ts'

type Context = { view: View; codeLength: () => number; texts: () => Texts }

/** `check` resolves with what is wrong with the code, or null. */
export function watchCodeField({ view, codeLength, texts }: Context, check: (code: string) => Promise<string | null>) {
  const { code: form, input, error } = view
  let checking = false
  let lastWrong = { code: '', problem: '' }

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (checking) return
    const code = normalizeCode(input.value)
    // Enter after the last digit, by habit, must not cost a second attempt.
    const problem = code === lastWrong.code ? lastWrong.problem : codeProblem(code, codeLength(), texts())
    if (problem) return showError(problem)
    showError('')
    checking = true
    const wrong = await check(code).finally(() => {
      checking = false
    })
    if (wrong) lastWrong = { code, problem: wrong }
    showError(wrong ?? '')
  })
  // Typed, pasted or filled in by the browser.
  input.addEventListener('input', () => {
    const code = normalizeCode(input.value)
    if (code !== lastWrong.code && codeProblem(code, codeLength(), texts()) === null) form.requestSubmit()
  })

  function showError(sentence: string) {
    error.textContent = sentence
    error.hidden = sentence === ''
    input.setAttribute('aria-invalid', String(sentence !== ''))
    if (sentence === '') return
    input.focus()
    input.select()
  }
}
