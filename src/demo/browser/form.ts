// One click is one call: a form that is on its way cannot be sent again.

document.addEventListener('submit', (event) => {
  if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return
  for (const button of event.target.querySelectorAll('button')) button.disabled = true
})

// A page that comes back out of the browser's memory is usable again.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('form button')) button.disabled = false
})

document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
