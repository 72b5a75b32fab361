// A scope is the app's own word. The usual ones have a phrase in every language; any other is spoken as it is.

export type UsualScope = 'login' | 'signup' | 'transfer' | 'payment' | 'password_reset' | 'verify'

/** The language's phrase for a usual scope, or what it makes of the app's own word. */
export function phrase(phrases: Record<UsualScope, string>, scope: string, other: (words: string) => string): string {
  const usual = USUAL.get(scope.toLowerCase().replace(/[_\-\s]/g, ''))
  return usual ? phrases[usual] : other(scopeWords(scope))
}

/** `card_activation` as words. */
export function scopeWords(scope: string): string {
  return scope.replace(/[_-]+/g, ' ').trim()
}

const USUAL = new Map<string, UsualScope>([
  ['login', 'login'],
  ['signin', 'login'],
  ['signup', 'signup'],
  ['registration', 'signup'],
  ['register', 'signup'],
  ['transfer', 'transfer'],
  ['payment', 'payment'],
  ['passwordreset', 'password_reset'],
  ['resetpassword', 'password_reset'],
  ['verify', 'verify'],
  ['verification', 'verify'],
])
