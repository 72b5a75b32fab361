import type { Guide } from './row.ts'

export const codeOnThePage: Guide = {
  title: 'A code on the page that the phone asks for, and “press 1” (Bandwidth, voice)',
  behaviours: {
    'S1-01': {
      what: 'Registration shows a random code on the page before the call is answered.',
      tests: [['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide']],
    },
    'S1-02': {
      what: 'Name, password and phone are needed, and each fault is told at its field.',
      tests: [
        [
          'pages/login',
          'a number is written as in the country that is chosen, and what is none is refused at its field',
        ],
        ['demo/forms', 'a form that was refused comes back by a redirect, without the password, and is shown once'],
      ],
    },
    'S1-03': {
      what: 'The form places a call, and the page follows it from the ringing to the goodbye.',
      tests: [['pages/waiting-page', 'the page follows the call: the keys, the code being read, the goodbye']],
    },
    'S1-04': {
      what: 'A call that nobody answers ends in an outcome of its own: busy, declined, unanswered.',
      tests: [
        ['pages/login', '… is shown as "…"'],
        ['pages/unanswered-login', '… is shown as "…"'],
      ],
    },
    'S1-05': {
      what: 'Who answers is asked for the code on the screen, and keys it.',
      tests: [['pages/login', 'the code on the page is keyed on the phone']],
    },
    'S1-06': {
      what: 'An entry that stays short and a silence are asked about once more; then the call ends, and the page says why.',
      tests: [
        ['stories/keypad-code', 'an incomplete entry costs no attempt'],
        ['stories/keypad-code', 'a silence is asked about, and three end the call'],
        ['pages/login', '… is shown as "…"'],
        ['pages/unanswered-login', '… is shown as "…"'],
      ],
    },
    'S1-07': {
      what: 'The outcome is spoken in full before the line drops, and the page moves on.',
      tests: [
        ['pages/login', 'the code on the page is keyed on the phone'],
        ['carriers/twiml', 'the last sentence comes before the hang-up'],
        ['domain/call-script', '…: every outcome has its last sentence, after which the line drops'],
      ],
    },
    'S1-08': {
      what: 'The other way round: the code is spoken on the phone and typed on the page.',
      tests: [['pages/login', 'a code is heard on the phone and typed on the page']],
    },
    'S1-09': {
      what: 'A sign-in calls the number on file after the password, and 1 approves it.',
      tests: [
        ['pages/login', 'one key approves'],
        ['demo/security', 'the second factor offers the numbers on file alone, each for the ways it is proved for'],
      ],
    },
    'S1-10': {
      what: 'Approval, refusal and silence are three outcomes, and a report of fraud a fourth.',
      tests: [
        ['pages/login', '… is shown as "…"'],
        ['pages/unanswered-login', '… is shown as "…"'],
      ],
    },
    'S1-11': {
      what: 'There are pages for registration, for its success and failure, and for those of a sign-in.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['pages/login', '… is shown as "…"'],
      ],
    },
  },
  weaknesses: {
    'W1-01': {
      what: 'What code is expected never comes from the browser.',
      tests: [
        ['demo/sign-in', 'no outcome but an approval opens anything, whatever the page says'],
        ['http/api', 'keypad_code and approve can be neither checked by the API nor sent as a message'],
      ],
    },
    'W1-02': {
      what: 'Codes are derived by a keyed hash, every digit equally likely.',
      tests: [
        ['domain/one-time-codes', 'every digit is equally likely, at every place, and a code may begin with zeros'],
      ],
    },
    'W1-03': {
      what: 'No request waits while the phone rings, unless it asks to.',
      tests: [['http/api', 'a wait is held until the outcome, and answered at once when there is one']],
    },
    'W1-04': {
      what: 'Nothing is asked before the call is answered.',
      tests: [['stories/nobody', '…: hung up before a word was said']],
    },
    'W1-05': {
      what: 'A voicemail approves nothing and hears no code.',
      tests: [
        ['stories/every-carrier', 'a voicemail is recognised and hung up on, and hears no code'],
        [
          'domain/state-machine',
          'a voicemail box is believed in, whatever keys were pressed before: a greeting may play tones',
        ],
      ],
    },
    'W1-06': {
      what: 'The call says what is approved, in the words of the page; calls to one number are limited, and 9 reports fraud.',
      tests: [
        ['pages/bank', 'a transfer is heard on the phone in the language of the page, and refused by any other key'],
        ['stories/approve', '9 reports fraud'],
        ['http/api', 'a number with a live call gets no second one: 409'],
      ],
    },
    'W1-07': {
      what: 'A refusal and a silence are never shown as the same.',
      tests: [
        ['pages/login', '… is shown as "…"'],
        ['pages/unanswered-login', '… is shown as "…"'],
      ],
    },
    'W1-08': {
      what: 'A wrong code may be keyed again, and star repeats.',
      tests: [
        ['stories/keypad-code', 'a wrong code is called wrong, and the next may be right'],
        ['stories/keypad-code', 'star repeats, and the code may still be keyed'],
      ],
    },
    'W1-09': {
      what: 'Calls, texts and guesses are limited.',
      tests: [
        ['stories/limits', 'each redelivery counts against the client as the first delivery did'],
        [
          'stories/limits',
          'a phone that rang counts, whatever came of it, and so does a call that is canceled too late',
        ],
        ['faults/races', 'guesses, replays, creations and redeliveries win once and cost once'],
      ],
    },
    'W1-10': {
      what: 'The cookie holds a random id and no password.',
      tests: [['demo/sign-in', 'the cookie is for this site and its server alone, and is renamed at sign-in']],
    },
    'W1-11': {
      what: 'A restart loses no challenge.',
      tests: [
        ['faults/restart', 'a kill and a restart on the embedded database keeps every challenge'],
        ['faults/restart', 'a rolling restart under load fails no call and no wait'],
      ],
    },
    'W1-12': {
      what: 'No address opens the account by being asked for.',
      tests: [
        ['demo/security', 'a password alone changes nothing, shows nothing, and opens no second factor of another'],
        ['demo/forms', 'a visitor without a session is led to a page, whatever is asked for or sent'],
      ],
    },
  },
}
