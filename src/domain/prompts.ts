// What a language must be able to say. One file a locale; a missing sentence is a type error.

import type { Speech } from './script.ts'

/**
 * Whole sentences only: word order differs between languages. `name` is the service, `scope` what it is for
 * (a word of the app's own, such as `login`; each file translates the usual ones), `key` a digit to press.
 */
export type Prompts = {
  /** "This is Acme." Always the first thing heard. */
  greeting(name: string): string
  /** What a shared phrase is made of: names of things, no two of which sound alike. */
  phraseWords: readonly string[]
  /** "The words on your screen are: amber kite. If they differ, press 9." */
  sharedPhrase(phrase: string): string
  /** approve, without details: "Someone is asking to log in." */
  request(scope: string): string
  /** What the app says of the request, in its own words: "Transfer 250 euros to Ada Byron." */
  sentence(text: string): string
  /** approve: "To approve, press 1. If this was not you, press 9. Any other key refuses." */
  approve(key: string): string
  /** keypad_code: "Enter the six digit code on your screen." */
  enterCode(length: number): string
  /** send_code, before the code: "To hear your login code, press 4, then 7. If this was not you, press 9." */
  gate(scope: string, first: string, second: string): string
  /** send_code: "Your login code is:" */
  code(scope: string): string
  /** send_code, after the first reading: "We will never ask you for this code by phone." */
  neverAsk: string
  /** Between the first and the second reading: "Once more:" */
  again: string
  /** After the readings: "To hear it again, press star." */
  replay: string
  /** "Sorry, that was not one of the keys." */
  wrongKey: string
  /** "Sorry, that code was not right. Please try again." */
  wrongCode: string
  /** "Sorry, we did not hear a key." */
  silence: string
  /** Farewells, each heard just before the line drops. */
  farewell: {
    approved: string
    rejected: string
    reported: string
    tooManyAttempts: string
    noInput: string
    /** After the code was read. */
    codeGiven: string
    expired: string
    /** A call whose challenge is over or unknown: names neither the service nor the purpose. */
    neutral: string
    /** The server failed: "Sorry, we cannot finish this call. Please try again later." */
    apology: string
  }
  /** "One moment, please." */
  hold: string
  /** The digits as this language says them, joined so that a voice reads them one by one, grouped with pauses. */
  digits(code: string): Speech[]
  /** The text message: "482913 is your Acme login code. It expires in 5 minutes." One segment where it fits. */
  message(name: string, scope: string, code: string, minutes: number): string
}
