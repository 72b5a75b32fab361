// Brings the part of the page that is marked `data-stream` anew, row by row: what has not changed stays, and with it the
// focus and what a screen reader has read.

const part = document.querySelector('[data-stream]')
const connection = document.getElementById('connection')

if (part) follow(new EventSource(part.dataset.stream))

function follow(source) {
  source.onopen = () => say('Connected', true)
  source.onerror = () => say('Connecting again…', false)
  source.onmessage = ({ data }) => update(part, new DOMParser().parseFromString(data, 'text/html').body)
  source.addEventListener('last', () => {
    source.close()
    say('', true)
  })
}

function say(text, isGood) {
  if (connection.textContent !== text) connection.textContent = text
  connection.classList.toggle('good', isGood)
}

/** Where every child has an id the children are compared one by one; anything else is replaced whole. */
function update(old, fresh) {
  if (old.innerHTML === fresh.innerHTML) return
  const children = [...fresh.children]
  if (children.length === 0 || !children.every(({ id }) => id)) return replaceContent(old, fresh)
  const known = new Map([...old.children].map((child) => [child.id, child]))
  for (const { id } of children) known.delete(id)
  for (const gone of known.values()) gone.remove()
  let place = old.firstElementChild
  for (const child of children) {
    const same = document.getElementById(child.id)
    if (!same) old.insertBefore(child, place)
    else {
      if (same === place) place = same.nextElementSibling
      else old.insertBefore(same, place)
      update(same, child)
    }
  }
}

function replaceContent(old, fresh) {
  const hadFocus = old.contains(document.activeElement)
  old.replaceChildren(...fresh.childNodes)
  if (hadFocus) old.querySelector('a')?.focus()
}
