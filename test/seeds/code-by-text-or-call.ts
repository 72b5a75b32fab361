import type { Guide } from './row.ts'

export const codeByTextOrCall: Guide = {
  title: 'A code by text or by call (Bandwidth, two-factor authentication)',
  behaviours: {
    'S0-01': {
      what: 'Between the right password and the account stands a second proof; nothing but an approval gets past it.',
      tests: [
        ['pages/login', 'a code is heard on the phone and typed on the page'],
        ['demo/sign-in', 'no outcome but an approval opens anything, whatever the page says'],
      ],
    },
    'S0-02': {
      what: 'A number belongs to an account only once a code that was sent to it has come back.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['demo/security', 'a new number is inactive until it is proved, and the old one is told and may undo it'],
      ],
    },
    'S0-03': {
      what: 'That a number takes calls and that it takes texts are proved apart.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['demo/security', 'call and text are proved apart, and a code that came both ways proves neither'],
      ],
    },
    'S0-04': {
      what: 'A person chooses call or text, is offered the last choice first, and may choose otherwise at each sign-in.',
      tests: [
        ['pages/login', 'a text message brings the code'],
        ['demo/security', 'the way used last and the preferred number are offered first, and the others as well'],
      ],
    },
    'S0-05': {
      what: 'An account may have several numbers, one of them preferred; pages show them masked.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['demo/security', 'the way used last and the preferred number are offered first, and the others as well'],
      ],
    },
    'S0-06': {
      what: 'A request says who is reached, from which number, what for, in how many digits and in which words.',
      tests: [
        [
          'pages/docs',
          'a request says from which number, what for, in how many digits and in which words, and the phone shows it',
        ],
        ['http/api', 'every field is accepted, and the app’s own values come back'],
      ],
      note: '`carrier` stands where that API has an application.',
    },
    'S0-07': {
      what: 'A code has four to eight digits.',
      tests: [
        [
          'pages/docs',
          'a request says from which number, what for, in how many digits and in which words, and the phone shows it',
        ],
        ['domain/one-time-codes', 'a code has the length asked for, and is the same whenever it is derived'],
        ['http/bad-input', 'a wrong field is 422, is named, and no call is placed'],
      ],
    },
    'S0-08': {
      what: 'The app may word the sentence: it must hold the place of the code, and may hold those of name and purpose.',
      tests: [
        [
          'pages/docs',
          'a request says from which number, what for, in how many digits and in which words, and the phone shows it',
        ],
        ['stories/send-code', 'a message of the app’s own carries the code'],
        ['http/bad-input', 'a wrong field is 422, is named, and no call is placed'],
      ],
    },
    'S0-09': {
      what: 'A sentence may greet the person by name; the server’s own are worded for the ear and for the screen.',
      tests: [
        [
          'pages/docs',
          'a request says from which number, what for, in how many digits and in which words, and the phone shows it',
        ],
        ['stories/send-code', 'a message of the app’s own carries the code'],
        ['prompts/prompts', 'English is worded as promised'],
      ],
      note: 'A challenge has one sentence of the app’s own, which serves its calls and its texts.',
    },
    'S0-10': {
      what: 'Calls and texts go through an application of the carrier each.',
      tests: [
        [
          'pages/docs',
          'a request says from which number, what for, in how many digits and in which words, and the phone shows it',
        ],
        ['carriers/bandwidth', 'the request for a call'],
        ['carriers/bandwidth', 'the requests for a message, a hang-up and a look-up'],
      ],
    },
    'S0-11': {
      what: 'A code comes from a number or sender of your own.',
      tests: [
        [
          'pages/docs',
          'a request says from which number, what for, in how many digits and in which words, and the phone shows it',
        ],
        ['carriers/bandwidth', 'a message is sent by the sender of the settings, unless the challenge has one'],
        ['exchange/rest', 'refuses a sender that the account does not have'],
      ],
    },
    'S0-12': {
      what: 'One request checks a code, whichever way it came, and answers whether it was right.',
      tests: [
        ['pages/login', 'after a text, "Call me instead" has the same code read out'],
        ['stories/send-code', 'a text after the call brings the same code'],
        ['http/api', 'a code is checked as a string of its length; only a wrong guess costs'],
      ],
    },
    'S0-13': {
      what: 'A code expires, and the page knows when.',
      tests: [
        ['pages/hosted-page', 'says that time is up when it is up at the server, and takes no code any more'],
        ['http/bad-input', 'a wrong field is 422, is named, and no call is placed'],
      ],
      note: 'After half a minute to ten minutes, fixed when the challenge is created; fifteen would be longer than NIST allows.',
    },
    'S0-14': {
      what: 'The app never holds a code that was sent to a person.',
      tests: [
        [
          'pages/hosted-page',
          'takes the token out of the address, follows a text, takes the code and returns to the app',
        ],
        ['demo/sign-in', 'the page is handed the challenge and its token, and never the API key'],
        ['webhooks/dispatcher', 'delivery.updated has the delivery, and no message has a code or a number'],
        ['http/api', 'display_code is in the creation and for the page token, while the challenge is pending'],
      ],
      note: 'A code that is to be keyed on the phone is for the page to show, and is handed out for that alone.',
    },
    'S0-15': {
      what: 'A proof counts for its purpose: one for a sign-in moves no money.',
      tests: [
        ['pages/bank', 'a transfer is heard on the phone in the language of the page, and refused by any other key'],
        ['demo/sign-in', 'an approval of anything else than what was asked opens nothing'],
        ['domain/one-time-codes', 'another challenge, scope, flow or secret gives another code'],
      ],
    },
    'S0-16': {
      what: 'After a wrong code the field stays, with the tries that are left, and another delivery is offered.',
      tests: [
        ['pages/login', 'a code is heard on the phone and typed on the page'],
        ['pages/hosted-page', 'asks for another delivery once the cool-down is over, and cancels'],
      ],
    },
    'S0-17': {
      what: 'One waiting page serves every protected action, and some ask for a fresh proof of a signed-in customer.',
      tests: [
        ['pages/bank', 'a transfer is heard on the phone in the language of the page, and refused by any other key'],
        ['demo/security', 'nothing is changed without a fresh proof, which a signed-in session is not'],
      ],
    },
    'S0-18': {
      what: 'There are pages for sign-in, the choice of a way, the code, the account, protected settings, errors and sign-out.',
      tests: [['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide']],
    },
    'S0-19': {
      what: 'Too many wrong codes are refused, and a failed delivery is not charged against the limits.',
      tests: [
        ['pages/hosted-page', 'five wrong codes end it, and the right one is worth nothing then'],
        ['stories/send-code', 'wrong guesses use up the attempts, and then the right one is worth nothing'],
        ['stories/limits', 'a text that the carrier fails is given back; one that finds no phone costs the client'],
      ],
      note: 'The paths of Bandwidth’s own code API are not imitated: an app that leaves it changes to three requests of this one.',
    },
  },
  weaknesses: {
    'W0-01': {
      what: 'The purpose is kept by the app’s server and by the challenge; no form says it.',
      tests: [['demo/sign-in', 'an approval of anything else than what was asked opens nothing']],
    },
    'W0-02': {
      what: 'A code that could not be sent is never said to have been sent.',
      tests: [
        ['demo/sign-in', 'a refusal is told where it belongs, and never as a call'],
        [
          'elements/progress',
          'what the carrier names of a failed text is said in every language, and a call is offered',
        ],
      ],
    },
    'W0-03': {
      what: 'An outage does not look like a wrong code.',
      tests: [['demo/sign-in', 'while Answerback is away nothing opens, and nothing is lost']],
    },
    'W0-04': {
      what: 'Deliveries have a cool-down, which the page counts down, and limits for each number and client.',
      tests: [
        ['pages/waiting-page', '"Text me again" counts down while it would be refused'],
        ['stories/limits', 'each redelivery counts against the client as the first delivery did'],
      ],
    },
    'W0-05': {
      what: 'Expiry is fixed when the challenge is created, by the clock of the database.',
      tests: [['store/behaviours', 'age and expire by the clock of the database']],
    },
    'W0-06': {
      what: 'Nothing is sent, ended or moved by a GET.',
      tests: [['demo/forms', 'no GET starts a call, ends a session or moves money']],
    },
    'W0-07': {
      what: 'What a person or an app wrote is spoken and shown as text, never as markup.',
      tests: [
        [
          'carriers/xml',
          'any text leaves the document well-formed, and a parser returns it without the characters that XML forbids',
        ],
        ['demo/forms', 'what was typed comes back as text, never as markup'],
      ],
    },
    'W0-08': {
      what: 'Each browser has a session of its own.',
      tests: [
        ['demo/security', 'every visitor has a first customer of their own'],
        ['demo/sign-in', 'the approval of one browser is worthless in another'],
      ],
    },
    'W0-09': {
      what: 'No phone number stands in a log.',
      tests: [['log/logger', 'neither a number nor a secret stands in a log line, in whichever field it was passed']],
    },
    'W0-10': {
      what: 'A form of another site is refused.',
      tests: [['demo/forms', 'a form of another site is refused before anything happens']],
    },
    'W0-11': {
      what: 'The password comes first, and a wrong one calls nobody.',
      tests: [['demo/sign-in', 'a wrong password calls nobody']],
    },
  },
}
