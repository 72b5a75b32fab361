// The token leaves the address bar at once, so that a copied address or a later visitor of the history holds none. It is
// kept for reloads of this tab.

const element = document.getElementById('challenge')
const id = element.dataset.challenge
const key = `answerback ${id}`
const given = location.hash.slice(1)

if (given.startsWith('pgt_')) {
  sessionStorage.setItem(key, given)
  history.replaceState(null, '', location.pathname + location.search)
}

// The page is in the browser's language until the challenge's is known, which the element and the call speak.
async function translate(locale) {
  const { textsFor } = await import('../modules/elements/locales/texts-for.ts')
  const { language, texts } = textsFor(locale)
  document.documentElement.lang = language
  for (const link of document.querySelectorAll('a.back'))
    link.textContent = link.id === 'return' ? texts.goOn : texts.goBack
  const refused = document.getElementById('return-refused')
  if (refused) refused.textContent = texts.returnRefused
}

element.addEventListener('answerback-change', ({ detail }) => translate(detail.locale))

element.addEventListener('answerback-outcome', ({ detail }) => {
  sessionStorage.removeItem(key)
  if (detail.status !== 'approved') return
  const link = document.getElementById('return')
  if (link === null) return
  document.getElementById('done').hidden = false
  location.replace(link.href)
})

await translate(navigator.language)

// Without a token the challenge is as unknown as with a wrong one, and the element says so.
element.setAttribute('base-url', new URL('..', location.href).href)
element.setAttribute('token', sessionStorage.getItem(key) ?? 'pgt_missing')
element.setAttribute('challenge', id)
