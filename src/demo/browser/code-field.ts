// The field for the code: sends it as soon as its last digit is in, and shows what is wrong with it.

import { codeProblem, stripSeparators } from '../sentences.ts'
import { element } from './elements.ts'

/** `check` resolves with what is wrong with the code, or null. */
export function watchCodeField(codeLength: number, check: (code: string) => Promise<string | null>) {
  const form = document.getElementById('code-form') as HTMLFormElement | null
  if (!form) return
  const input = element('code') as HTMLInputElement
  let checking = false
  let lastWrong = { code: '', problem: '' }

  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (checking) return
    const code = stripSeparators(input.value)
    // Enter after the last digit, by habit, must not cost a second attempt.
    const problem = code === lastWrong.code ? lastWrong.problem : codeProblem(code, codeLength)
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
    const code = stripSeparators(input.value)
    if (code !== lastWrong.code && codeProblem(code, codeLength) === null) form.requestSubmit()
  })

  function showError(sentence: string) {
    element('code-error').textContent = sentence
    element('code-error').hidden = sentence === ''
    input.setAttribute('aria-invalid', String(sentence !== ''))
    if (sentence === '') return
    input.focus()
    input.select()
  }
}
