// What no log line may hold is taken out of the finished line, so that neither a caller nor an error's text can leak it.

/** `+1 (202) 555-0123`, `+12025550123`, and the same in a URL. */
const NUMBER = /(?:\+|%2B)\d[\d ().-]{5,20}\d/gi
/** A number that lost its plus. A JSON number (`"port":3000`), an id and a time are no such thing. */
const BARE_NUMBER = /(?<!":)(?<![\w.-])\d{10,15}(?![\w-])/g
const TOKEN = /\b(?:pgt|whsec|abk)_[\w+/=.-]+/g
const AUTHORIZATION = /\b(Bearer|Basic) +[\w+/=.~-]+/gi
/** The password in the address of a database or of a proxy. */
const PASSWORD = /(?<=:\/\/[^\s:/@"]*:)[^\s/@"]+(?=@)/g
/** A code, or a number in its national form. */
const DIGITS = /(?<![\w.:/-])\d{4,15}(?![\w-])/g

/** `secrets`: the values that this process was configured with, wherever they turn up. */
export function redactLine(secrets: readonly string[]): (line: string) => string {
  const exact = secrets.filter((secret) => secret.length >= 8).map((secret) => JSON.stringify(secret).slice(1, -1))
  const configured = exact.length > 0 ? new RegExp(exact.map(escaped).join('|'), 'g') : null
  return (line) =>
    (configured ? line.replace(configured, '[secret]') : line)
      .replace(TOKEN, '[secret]')
      .replace(AUTHORIZATION, '$1 [secret]')
      .replace(PASSWORD, '[secret]')
      .replace(NUMBER, '[number]')
      .replace(BARE_NUMBER, '[number]')
}

/** An error's text quotes what others sent: there every free run of digits may be a code. */
export function redactErrorText(text: string): string {
  // drizzle-orm appends the parameters of a failed query (DrizzleQueryError), which are people's own words.
  return text.replace(/\nparams: [^\n]*/g, '').replace(DIGITS, '[digits]')
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

/** Seven digits and more, however they are grouped; a date is none. */
const GROUPED_DIGITS = /(?!\d{4}-\d\d-\d\d(?!\d))(?<![\w-])\+?\(?\d(?:[ ()./-]{0,2}\d){6,}/g

/** A person's own words, where they may have written a number as they would say it. */
export function redactNumbers(text: string): string {
  return text.replace(GROUPED_DIGITS, '[number]')
}

/** The same where no digits are of use: a number in its national form, or a code, may be any four. */
export function redactDigits(text: string): string {
  return redactNumbers(text).replace(DIGITS, '[digits]')
}
