import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase, scopeWords } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { ENGLISH } from './phrase-words/english.ts'

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']

const label = (scope: string) => (scope === 'verify' ? 'verification' : scopeWords(scope))

export const enUS: Prompts = {
  greeting: (name) => `This is ${name}.`,
  phraseWords: ENGLISH,
  sharedPhrase: (phrase) => `The words on your screen are: ${phrase}. If they differ, press 9.`,
  request: (scope) =>
    phrase(
      {
        login: 'Someone is asking to log in.',
        signup: 'Someone is asking to sign up.',
        transfer: 'Someone is asking to make a transfer.',
        payment: 'Someone is asking to make a payment.',
        password_reset: 'Someone is asking to reset your password.',
        verify: 'Someone is asking to verify this phone number.',
      },
      scope,
      (words) => `Someone is asking for your approval: ${words}.`,
    ),
  sentence: (text) => asSentence(text),
  approve: (key) => `To approve, press ${key}. If this was not you, press 9. Any other key refuses.`,
  enterCode: (length) => `Enter the ${NUMBERS[length]} digit code on your screen.`,
  gate: (scope, first, second) =>
    `To hear your ${label(scope)} code, press ${first}, then ${second}. If this was not you, press 9.`,
  code: (scope) => `Your ${label(scope)} code is:`,
  neverAsk: 'We will never ask you for this code by phone.',
  again: 'Once more:',
  replay: 'To hear it again, press star.',
  wrongKey: 'Sorry, that was not one of the keys.',
  wrongCode: 'Sorry, that code was not right. Please try again.',
  silence: 'Sorry, we did not hear a key.',
  farewell: {
    approved: 'Thank you, that is confirmed. Goodbye.',
    rejected: 'You have refused this request. Goodbye.',
    reported: 'Thank you for telling us. The request has been stopped. Goodbye.',
    tooManyAttempts: 'Sorry, there were too many wrong codes. Goodbye.',
    noInput: 'We did not get an answer. Goodbye.',
    codeGiven: 'Do not give this code to anyone. Goodbye.',
    expired: 'Sorry, this request has expired. Goodbye.',
    neutral: 'This call is no longer needed. Goodbye.',
    apology: 'Sorry, we cannot finish this call. Please try again later.',
  },
  hold: 'One moment, please.',
  digits,
  message: (name, scope, code, minutes) =>
    `${code} is your ${name} ${label(scope)} code. It expires in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. We never ask for it by phone.`,
}
