// The parts of the waiting page that its script changes.

export function element(name: string): HTMLElement {
  return document.getElementById(name)!
}

export function setStatus(title: string, sentence: string) {
  document.title = document.title.replace(/^.* · /, `${title} · `)
  setText(element('title'), title)
  setText(element('sentence'), sentence)
}

/** A live region that is written again is read out again, so unchanged text stays untouched. */
export function setText(target: HTMLElement, text: string) {
  if (target.textContent !== text) target.textContent = text
}

/** Focus must not be lost with the element that had it: a keyboard or screen reader would start at the top again. */
export function keepFocus(change: () => void) {
  const focused = document.activeElement
  change()
  if (focused instanceof HTMLElement && focused !== document.body && !focused.checkVisibility()) {
    element('status').focus()
  }
}
