// Elements from plain values. Text is only ever set as text, so that no document can put markup into the page.

export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value)
  }
  element.append(...children.filter((child) => child !== null))
  return element
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

export function options(words) {
  return Object.entries(words).map(([value, text]) => h('option', { value }, text))
}
