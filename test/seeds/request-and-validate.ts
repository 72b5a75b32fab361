import type { Guide } from './row.ts'

export const requestAndValidate: Guide = {
  title: 'Ask for a code, then have it checked (SignalWire)',
  behaviours: {
    'S2-01': {
      what: 'One part asks for a code and another takes it; the second is an element for any page of yours, or a page of ours.',
      tests: [
        [
          'pages/hosted-page',
          'takes the token out of the address, follows a text, takes the code and returns to the app',
        ],
        ['pages/hosted-page', 'tells the page of the outcome, and asks it for a new challenge where it offers one'],
        ['packages/packages', 'lets a person in by a browser'],
      ],
    },
    'S2-02': {
      what: 'What is no phone number is refused at its field, and nothing is sent.',
      tests: [
        [
          'pages/login',
          'a number is written as in the country that is chosen, and what is none is refused at its field',
        ],
        ['http/bad-input', 'a wrong field is 422, is named, and no call is placed'],
      ],
      note: 'With 422, which names the field; 400 is for a body that can’t be read.',
    },
    'S2-03': {
      what: 'Six digits are texted; when no carrier takes the text, the answer says so.',
      tests: [
        ['pages/login', 'a text message brings the code'],
        ['stories/failover', 'when all refuse, the challenge comes back undelivered and nobody was called'],
      ],
    },
    'S2-04': {
      what: 'A right code is accepted once.',
      tests: [
        [
          'pages/hosted-page',
          'takes the token out of the address, follows a text, takes the code and returns to the app',
        ],
        ['stories/send-code', 'the code is heard, typed, and accepted once'],
      ],
    },
    'S2-05': {
      what: 'There is an image, and an environment file with every setting.',
      tests: [
        ['pages/docs', 'tries a call against this server, and asks nothing of another'],
        ['architecture/packaging', 'is given every file that it copies, the licence among them'],
        ['architecture/generated', '.env.example is what `npm run env` writes'],
      ],
      note: 'The client is for JavaScript. Other languages call the HTTP API, which `/openapi.json` describes.',
    },
    'S2-06': {
      what: 'A request may choose sender, words, length and lifetime, and is answered with an id.',
      tests: [
        [
          'pages/docs',
          'a request says from which number, what for, in how many digits and in which words, and the phone shows it',
        ],
        ['http/api', 'every field is accepted, and the app’s own values come back'],
      ],
      note: 'Within bounds that are safe: four to eight digits, ten minutes, five attempts, no letters, which can’t be keyed. SignalWire’s own paths are not imitated.',
    },
    'S2-07': {
      what: 'A code is checked by the id of its challenge, which takes no more guesses once its attempts are used up.',
      tests: [
        ['pages/hosted-page', 'five wrong codes end it, and the right one is worth nothing then'],
        ['http/api', 'five wrong codes end the challenge, also when twenty come at once'],
      ],
      note: 'The answer then says what has happened, where SignalWire says 404.',
    },
  },
  weaknesses: {
    'W2-01': {
      what: 'A code is right for its own challenge only, and the check of one leaves every other as it was.',
      tests: [
        ['domain/one-time-codes', 'another challenge, scope, flow or secret gives another code'],
        ['http/api', 'a code is checked as a string of its length; only a wrong guess costs'],
      ],
    },
    'W2-02': {
      what: 'A code is a string, and the right one is accepted.',
      tests: [
        ['http/api', 'a code is checked as a string of its length; only a wrong guess costs'],
        ['domain/one-time-codes', 'every digit is equally likely, at every place, and a code may begin with zeros'],
      ],
    },
    'W2-03': {
      what: 'A refusal has the status of one.',
      tests: [
        ['http/routes', 'every route refuses a request without valid credentials, unless it is listed as public'],
      ],
    },
    'W2-04': {
      what: 'Challenges are kept in the database, where every instance finds them.',
      tests: [
        ['store/embedded', 'has every challenge that was acknowledged before its process was killed'],
        ['faults/restart', 'a rolling restart under load fails no call and no wait'],
      ],
    },
    'W2-05': {
      what: 'A code expires.',
      tests: [['pages/hosted-page', 'says that time is up when it is up at the server, and takes no code any more']],
    },
    'W2-06': {
      what: 'Guesses are counted, also those that come at once.',
      tests: [['stories/send-code', 'of many guesses at once none exceeds the budget']],
    },
    'W2-07': {
      what: 'Codes are derived by a keyed hash, never drawn from a guessable generator.',
      tests: [['domain/one-time-codes', 'another challenge, scope, flow or secret gives another code']],
    },
    'W2-08': {
      what: 'Every value of six digits is possible, those with leading zeros too.',
      tests: [
        ['domain/one-time-codes', 'every digit is equally likely, at every place, and a code may begin with zeros'],
      ],
    },
    'W2-09': {
      what: 'A challenge has one code, however often it is sent, and a number one live call.',
      tests: [
        ['stories/send-code', 'called again, it is the same code and the same budget'],
        ['http/api', 'a number with a live call gets no second one: 409'],
      ],
    },
    'W2-10': {
      what: 'Only an app with a key starts a challenge.',
      tests: [['http/routes', 'a page token serves its own challenge and creates none']],
    },
    'W2-11': {
      what: 'No code stands in an address, and a number is read with care.',
      tests: [
        ['client/requests', 'each call is one request with the key in its header and no secret in its URL'],
        ['domain/phone-number', 'what is no number is refused with its reason'],
      ],
    },
    'W2-12': {
      what: 'The environment file names each setting as the code does, and a misspelt one stops the start.',
      tests: [
        ['architecture/generated', '.env.example sets nothing, and names everything once'],
        ['cli/command-faults', 'a misspelt variable'],
      ],
    },
    'W2-13': {
      what: 'Outcomes are pushed, signed; calls and texts speak twelve locales.',
      tests: [
        ['webhooks/dispatcher', 'challenge.… arrives once, signed, with the challenge in it'],
        ['stories/every-carrier', 'every language has a voice there that can speak it'],
      ],
    },
  },
}
