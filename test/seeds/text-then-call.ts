import type { Guide } from './row.ts'

export const textThenCall: Guide = {
  title: 'A text first, then “call me instead” (Plivo)',
  behaviours: {
    'S4-01': {
      what: 'The form takes numbers of every allowed country, and the page shows how far the verification is.',
      tests: [
        [
          'pages/login',
          'a number is written as in the country that is chosen, and what is none is refused at its field',
        ],
        ['pages/waiting-page', 'the page follows the call: the keys, the code being read, the goodbye'],
      ],
      note: 'In words rather than by a bar of three steps: a call has more of them.',
    },
    'S4-02': {
      what: 'A code is started by a request, and its lifetime is kept by the store.',
      tests: [
        ['pages/docs', 'tries a call against this server, and asks nothing of another'],
        ['pages/hosted-page', 'says that time is up when it is up at the server, and takes no code any more'],
        ['http/api', 'only `to` is required, and the answer has the fields of the contract'],
        ['store/behaviours', 'age and expire by the clock of the database'],
      ],
    },
    'S4-03': {
      what: 'A text says how long its code lasts, in one segment.',
      tests: [
        ['pages/login', 'a text message brings the code'],
        ['prompts/prompts', '… texts the code once, with the service, what it is for and how long it lasts'],
        ['prompts/sms', 'the message in … fits one segment with a name of 20 characters and the longest code and time'],
      ],
    },
    'S4-04': {
      what: 'The page counts down, and offers “Call me instead”.',
      tests: [
        ['pages/login', 'after a text, "Call me instead" has the same code read out'],
        ['pages/hosted-page', 'asks for another delivery once the cool-down is over, and cancels'],
      ],
    },
    'S4-05': {
      what: 'The call reads out the code.',
      tests: [['pages/login', 'after a text, "Call me instead" has the same code read out']],
      note: 'The same code as in the text, so that a late text is still worth something.',
    },
    'S4-06': {
      what: 'Right, wrong and over are three answers.',
      tests: [
        ['pages/login', 'a code is heard on the phone and typed on the page'],
        ['pages/hosted-page', 'five wrong codes end it, and the right one is worth nothing then'],
        ['stories/send-code', 'the code is heard, typed, and accepted once'],
        ['stories/send-code', 'wrong guesses use up the attempts, and then the right one is worth nothing'],
        ['stories/endings', 'the code comes too late'],
      ],
    },
    'S4-07': {
      what: 'The sender is exchangeable: four carriers by their APIs, several at once.',
      tests: [
        [
          'pages/phones-page',
          'refusing at the first company is one click, and the second one rings, all of it above the fold',
        ],
        ['stories/every-carrier', 'a code is texted, its receipt believed, and typed'],
        ['stories/failover', 'a message that one carrier refuses goes through the next'],
      ],
      note: 'Flows drawn in a carrier’s own editor are not offered: they would hold the code.',
    },
    'S4-08': {
      what: 'The page has a state for a wrong code, for one that has expired, for a right one, and for where the code comes from.',
      tests: [
        ['pages/login', 'a code is heard on the phone and typed on the page'],
        ['pages/hosted-page', 'says that time is up when it is up at the server, and takes no code any more'],
        ['pages/waiting-page', 'the page follows the call: the keys, the code being read, the goodbye'],
      ],
    },
    'S4-09': {
      what: 'To try it, there are numbers that ring nobody, and without a carrier no other phone is reached.',
      tests: [
        ['pages/phones-page', 'a number that acts by itself is copied by a click, and does what is said beside it'],
        [
          'stories/test-numbers',
          'the test numbers are valid ones of the USA, kept free for fiction, and each stands for one thing',
        ],
        [
          'development/demo-access',
          'with a carrier there is neither a demo nor an exchange, also through a proxy that says localhost',
        ],
      ],
    },
  },
  weaknesses: {
    'W4-01': {
      what: 'No code stands in an address, and none in a document before the person has asked for it.',
      tests: [
        ['stories/send-code', 'no digit of the code is in any document before both keys'],
        ['simulator/simulator', '… runs hold every invariant'],
      ],
    },
    'W4-02': {
      what: 'Every code is possible and equally likely.',
      tests: [
        ['domain/one-time-codes', 'every digit is equally likely, at every place, and a code may begin with zeros'],
      ],
    },
    'W4-03': {
      what: 'Neither a code nor a number is put into an address by client or page.',
      tests: [
        ['client/requests', 'each call is one request with the key in its header and no secret in its URL'],
        [
          'pages/hosted-page',
          'takes the token out of the address, follows a text, takes the code and returns to the app',
        ],
      ],
    },
    'W4-04': {
      what: 'Guesses and deliveries are limited.',
      tests: [
        ['stories/send-code', 'of many guesses at once none exceeds the budget'],
        ['stories/limits', 'each redelivery counts against the client as the first delivery did'],
      ],
    },
    'W4-05': {
      what: 'A call leaves the code of the text as it is.',
      tests: [
        ['pages/login', 'after a text, "Call me instead" has the same code read out'],
        ['stories/send-code', 'a text that was sent is superseded by the next, and its code still holds'],
      ],
    },
    'W4-06': {
      what: 'The page says that a code was wrong.',
      tests: [['pages/login', 'a code is heard on the phone and typed on the page']],
    },
    'W4-07': {
      what: 'Page and server agree on when the time is up.',
      tests: [
        ['pages/hosted-page', 'says that time is up when it is up at the server, and takes no code any more'],
        ['elements/countdown', 'counts by the server, whatever the browser takes for the time'],
      ],
    },
    'W4-08': {
      what: 'An exception is answered and logged, never swallowed.',
      tests: [
        [
          'http/problems',
          'an exception is a 500 without details, and its log line has the place but not the quoted values',
        ],
      ],
    },
    'W4-09': {
      what: 'A setting means what its comment says, and a wrong one stops the start.',
      tests: [
        ['cli/command-faults', 'a wrong value'],
        ['architecture/generated', '.env.example is what `npm run env` writes'],
      ],
    },
    'W4-10': {
      what: 'A code belongs to one challenge of one browser.',
      tests: [['demo/sign-in', 'the approval of one browser is worthless in another']],
    },
    'W4-11': {
      what: 'No GET has an effect, no form of another site is taken, and production starts with secrets of its own only.',
      tests: [
        ['demo/forms', 'no GET starts a call, ends a session or moves money'],
        ['demo/forms', 'a form of another site is refused before anything happens'],
        ['config/read-config', 'lists all that is missing at once'],
      ],
    },
  },
}
