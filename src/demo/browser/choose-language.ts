// The language changes with the choice, without a button.

document.getElementById('language')?.addEventListener('change', (event) => {
  ;(event.currentTarget as HTMLFormElement).requestSubmit()
})
