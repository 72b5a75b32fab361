// Copies text, and says on the button itself whether that worked.

import { setText } from './dom.js'

const SAID_FOR_MS = 1600

export async function copy(text, button) {
  const label = button.dataset.label ?? button.textContent
  button.dataset.label = label
  try {
    await navigator.clipboard.writeText(text)
    setText(button, 'Copied')
  } catch {
    setText(button, 'The browser refused to copy')
  }
  setTimeout(() => setText(button, label), SAID_FOR_MS)
}
