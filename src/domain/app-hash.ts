// Android's SMS Retriever gives a message to the app whose hash stands last in it: eleven characters of base64
// (developers.google.com/identity/sms-retriever/verify). The sign <#> that older versions wanted may stand first.

/** `appHash`: `null` where the message ends like any other. */
export function splitAppHash(message: string): { text: string; appHash: string | null } {
  const [, text = message, space = '', last = ''] = /^(.*?)(\s+)([A-Za-z0-9+/]{11})$/s.exec(message) ?? []
  // A word of eleven letters at the end of a sentence is none; a line of its own is.
  const isHash = last !== '' && (space.includes('\n') || /[A-Z0-9+/]/.test(last.slice(1)))
  return isHash ? { text, appHash: last } : { text: message, appHash: null }
}

/** As one line to be spoken, without what only a phone reads. */
export function spokenMessage(message: string): string {
  const { text } = splitAppHash(message)
  return text.replace(/^<#>\s*/, '').replace(/\s*\n\s*/g, ' ')
}
