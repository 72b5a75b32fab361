// A submitted form cannot be submitted twice.

document.addEventListener('submit', (event) => {
  if (event.defaultPrevented || !(event.target instanceof HTMLFormElement)) return
  const buttons = event.target.querySelectorAll('button')
  // After the form has been read: a disabled button would not send its value.
  setTimeout(() => {
    for (const button of buttons) button.disabled = true
  })
})

// A page that the back button restores from memory has its buttons enabled again.
addEventListener('pageshow', () => {
  for (const button of document.querySelectorAll<HTMLButtonElement>('form button')) button.disabled = false
})

document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
