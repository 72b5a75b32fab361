import type { Guide } from './row.ts'

export const authenticatorAndText: Guide = {
  title: 'An authenticator app beside the phone (Twilio, TFA)',
  behaviours: {
    'S3-01': {
      what: 'An account is opened with a name that is free and a password that is long enough, kept as a scrypt hash.',
      tests: [
        ['pages/waiting-page', 'back and Continue lead to the call under way, and a reload posts nothing'],
        ['demo/forms', 'a form that was refused comes back by a redirect, without the password, and is shown once'],
      ],
      note: 'The password is asked for once: password managers fill it in, and a second field finds none of their mistakes.',
    },
    'S3-02': {
      what: 'A password alone gives a stage of the session that can do nothing but go on to the second proof.',
      tests: [
        ['demo/security', 'a password alone changes nothing, shows nothing, and opens no second factor of another'],
        ['pages/login', 'one key approves'],
      ],
      note: 'Nobody gets in without a second proof, so there is no sign-in that skips it.',
    },
    'S3-03': {
      what: 'The second proof offers what the account has: numbers, authenticator, recovery codes; a text can be sent again.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['pages/hosted-page', 'asks for another delivery once the cool-down is over, and cancels'],
      ],
    },
    'S3-04': {
      what: 'A code of the step before or after is accepted; a wrong one is told, and may be tried again.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['factors/totp', 'one step of drift is accepted either way, and no more'],
        ['demo/security', 'an authenticator app counts after a right code, signs in, and can be turned off'],
      ],
    },
    'S3-05': {
      what: 'No stage can be skipped.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['demo/security', 'a password alone changes nothing, shows nothing, and opens no second factor of another'],
        ['demo/forms', 'a visitor without a session is led to a page, whatever is asked for or sent'],
      ],
    },
    'S3-06': {
      what: 'An authenticator app counts after a right code came from it.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['demo/security', 'an authenticator app counts after a right code, signs in, and can be turned off'],
      ],
    },
    'S3-07': {
      what: 'The QR code is drawn by the server itself, and names account and service.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['factors/qr-code', 'the QR code is well-formed SVG with the three finder patterns and a quiet zone'],
        ['factors/totp', 'the URL names issuer, label and secret as authenticator apps read them'],
      ],
    },
    'S3-08': {
      what: 'A number for texts counts after the texted code came back, and a failed text is said to have failed.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        [
          'elements/progress',
          'what the carrier names of a failed text is said in every language, and a call is offered',
        ],
      ],
    },
    'S3-09': {
      what: 'The account shows which numbers and factors it has, and can be left.',
      tests: [['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide']],
    },
    'S3-10': {
      what: 'Authenticator codes are those of RFC 6238.',
      tests: [
        ['pages/bank', 'registration, numbers, authenticator and recovery code, … px wide'],
        ['factors/totp', 'the vectors of RFC 6238, appendix B, in their last six digits'],
        ['factors/totp', 'the vectors of RFC 4226, appendix D: a counter is a time step'],
      ],
      note: 'A texted code is not one of them: it lives as long as its challenge, which a text can take.',
    },
    'S3-11': {
      what: 'The tests need no carrier, and what is to last is in a database.',
      tests: [
        ['pages/login', 'a code is heard on the phone and typed on the page'],
        ['stories/every-carrier', 'a code is spoken once the gate keys were pressed, and typed'],
        ['store/embedded', 'has every challenge that was acknowledged before its process was killed'],
      ],
      note: 'The demo keeps its customers in memory, and says so.',
    },
  },
  weaknesses: {
    'W3-01': {
      what: 'A page that is opened or loaded again sends nothing.',
      tests: [
        ['pages/waiting-page', 'back and Continue lead to the call under way, and a reload posts nothing'],
        ['demo/forms', 'no GET starts a call, ends a session or moves money'],
      ],
    },
    'W3-02': {
      what: 'Five wrong codes in a row lock an authenticator, for longer each time.',
      tests: [
        [
          'factors/factors',
          'five wrong codes in a row lock a factor, for twice as long each time; a right one resets the lock',
        ],
      ],
    },
    'W3-03': {
      what: 'An authenticator code is accepted once, also of two hundred at once.',
      tests: [
        ['factors/factors', 'a step is accepted once, and none before it afterwards'],
        ['factors/factors', 'through two instances'],
      ],
    },
    'W3-04': {
      what: 'A texted code lives for minutes, which the text says.',
      tests: [['prompts/prompts', '… texts the code once, with the service, what it is for and how long it lasts']],
    },
    'W3-05': {
      what: 'Letters for a code are refused in words, and are no error of the server.',
      tests: [
        ['http/factors', 'an invalid request is refused and costs no attempt'],
        ['demo/forms', 'a visitor without a session is led to a page, whatever is asked for or sent'],
      ],
    },
    'W3-06': {
      what: 'A visitor without a session is led to the sign-in.',
      tests: [['demo/forms', 'a visitor without a session is led to a page, whatever is asked for or sent']],
    },
    'W3-07': {
      what: 'No combination of factors turns the second proof off.',
      tests: [
        ['demo/security', 'a password alone changes nothing, shows nothing, and opens no second factor of another'],
        ['demo/security', 'the last proved number stays'],
      ],
    },
    'W3-08': {
      what: 'A new number is inactive until it is proved, asks for a fresh proof, and the old one is told.',
      tests: [
        ['demo/security', 'a new number is inactive until it is proved, and the old one is told and may undo it'],
        ['demo/security', 'nothing is changed without a fresh proof, which a signed-in session is not'],
      ],
    },
    'W3-09': {
      what: 'The page says that a text was sent only once a carrier has taken it.',
      tests: [
        ['demo/sign-in', 'a refusal is told where it belongs, and never as a call'],
        ['stories/nobody', 'the call after a message that failed'],
      ],
    },
    'W3-10': {
      what: 'The database holds no secret of an authenticator in the clear.',
      tests: [['factors/factors', 'the factors table holds neither a secret nor a code in the clear']],
    },
    'W3-11': {
      what: 'The QR code is shown until the app is confirmed, and no longer.',
      tests: [
        ['demo/security', 'an authenticator app counts after a right code, signs in, and can be turned off'],
        ['http/factors', 'a secret is in the creation’s answer only, and in no log line'],
      ],
    },
    'W3-12': {
      what: 'There are recovery codes, an authenticator can be turned off, forms of other sites and bad numbers are refused.',
      tests: [
        ['demo/security', 'a recovery code signs in once'],
        ['demo/forms', 'a form of another site is refused before anything happens'],
        [
          'pages/login',
          'a number is written as in the country that is chosen, and what is none is refused at its field',
        ],
      ],
    },
    'W3-13': {
      what: 'A development server listens on this machine alone, and an exception tells a stranger nothing.',
      tests: [
        ['development/demo-access', 'DEMO=on mounts the demo for this machine alone'],
        [
          'http/problems',
          'an exception is a 500 without details, and its log line has the place but not the quoted values',
        ],
      ],
    },
  },
}
