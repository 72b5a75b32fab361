import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

const triesLeft = (left: number) => `${left === 1 ? 'One try is' : `${left} tries are`} left.`

export const en: Texts = {
  progress: {
    loading: ['One moment…', 'We are looking up how your verification stands.'],
    calling: ['Calling…', 'Your phone is about to ring.'],
    callingAnotherWay: ['Trying another way…', 'We are calling you another way.'],
    callingSlowly: ['Still trying…', 'The call has not gone through yet. If it does not, we try another way.'],
    callingUnseen: ['Calling…', 'Your phone should be ringing by now. If it is not, we try another way.'],
    ringing: ['Ringing…', 'Please pick up your phone.'],
    approve: ['Answered', 'Listen to what it is about, then press a key on your phone.'],
    keypad: ['Answered', 'Now enter the code below with the keys of your phone.'],
    keypadWrong: ['That was not the code', 'Enter it again with the keys of your phone.'],
    gate: ['Answered', 'Press the keys we name, and we read you the code. Then type it here.'],
    reading: ['Reading your code', 'Listen to the code, and type it here.'],
    codeRead: ['Over to you', 'We read you the code. Type it here.'],
    texting: ['Sending…', 'We are sending you a text message.'],
    texted: ['Text sent', 'It can take a moment to arrive. Then type the code here.'],
    textArrived: ['Text delivered', 'The text has arrived. Type its code here.'],
    failed: 'A code that has reached you still works.',
  },
  outcomes: {
    code_matched: ['Confirmed', 'The code was right.'],
    key_pressed: ['Confirmed', 'You approved it on your phone.'],
    rejected: ['Refused on the phone', 'A key was pressed that refuses, so nothing was approved.'],
    fraud_reported: [
      'Reported as not you',
      'The person who answered said that this was not them. Nothing was approved, and we have stopped here.',
    ],
    too_many_attempts: ['Too many wrong codes', 'This code no longer counts, even if the next guess were right.'],
    busy: ['The line was busy', 'Your phone may be in another call. Finish that one, then try again.'],
    no_answer: ['Nobody answered', 'Nobody picked up in time. Keep your phone at hand and try again.'],
    call_rejected: [
      'The call was declined',
      'The phone turned our call away. Some phones do that by themselves with callers they do not know.',
    ],
    voicemail: ['A mailbox answered', 'We hung up, and left no code in it. Try again when you can pick up yourself.'],
    hung_up: [
      'The call ended too soon',
      'The call was answered, but it ended before it was done. Nothing was approved.',
    ],
    no_input: [
      'No key was pressed',
      'The call was answered, perhaps by a mailbox, and none of the keys we asked for was pressed. If it was you, open the keypad of your phone during the call.',
    ],
    unreachable: [
      'Your phone could not be reached',
      'It did not ring: it may be switched off or out of reach, or the number may be wrong.',
    ],
    carrier_failed: [
      'We could not get through',
      'The fault is at our end, not at yours. It may work if you try once more.',
    ],
    expired: ['Time is up', 'This was not confirmed in time, so it no longer counts.'],
    canceled: ['Canceled', 'This was stopped, so nothing was approved.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'The text could not be delivered',
      'The phone may be switched off, or a landline that takes no texts, or the number may be wrong. A call reaches landlines too.',
    ],
    carrier_failed: ['The text could not be sent', 'The fault is at our end, not at yours. A call may get through.'],
  },
  textCauses: {
    landline: ['That number takes no texts', 'It seems to be a landline. A call can read you the code.'],
    handset_off: [
      'The text could not be delivered',
      'Your phone seems to be switched off or out of reach. Once it is back, try a call or another text.',
    ],
    number_unknown: [
      'The text could not be delivered',
      'Its network does not know this number. Please check it, or try a call if you are sure.',
    ],
    blocked: ['The text was blocked', 'Your phone or its network takes no texts from us. A call may get through.'],
    opted_out: [
      'Texts to this number are stopped',
      'Our texts were once answered with STOP, so we may send no more. A call is possible.',
    ],
    filtered: [
      'The text was filtered out',
      'A filter on the way took it for unwanted; the number is fine. A call may get through.',
    ],
  },
  callCauses: {
    handset_off: [
      'Your phone could not be reached',
      'It did not ring: it seems to be switched off or out of reach. Try again once it is back.',
    ],
    number_unknown: [
      'That number could not be called',
      'It did not ring: the network does not know this number. Please check it.',
    ],
  },
  connectionLost: [
    'Connection lost',
    'We no longer see how your verification is going. Reload this page to look again.',
  ],
  reconnecting: ['Connection lost', 'We are reconnecting. Your call goes on meanwhile.'],
  notFound: ['This verification is not known', 'It may be over, or its address incomplete. Please start again.'],

  codeLabel: (length) => `Your ${length}-digit code`,
  confirm: 'Confirm',
  cancel: 'Cancel',
  callAgain: 'Call me again',
  callInstead: 'Call me instead',
  textAgain: 'Text me again',
  textInstead: 'Text me instead',
  later: (label, seconds) => `${label} in ${seconds} s`,
  goBack: 'Go back',
  goOn: 'Continue',
  returnRefused:
    'The page that led here asks to return to an address that is not allowed. Close this page when you are done.',
  keepOpen: 'Keep this page open: we call or text you only while it is.',
  sharedPhrase: 'The call begins with these words. If it says others, press 9.',
  enterOnPhone: 'Enter this on your phone',
  keys: {
    approves: 'approves it',
    namedApproves: 'the one that the call names approves it',
    reports: 'says that this was not you',
    others: 'says it again; any other key refuses',
  },
  phoneEnding: (digits) => `Phone number ending in ${digits}`,
  timeLeft: (clock) => `${clock} left`,
  lessThan: (seconds) => `Less than ${seconds === 60 ? 'a minute' : `${seconds} seconds`} left.`,

  digitsOnly: 'Please type the digits of your code.',
  wrongLength: (length, typed) => `The code has ${length} digits, and you typed ${typed}. That cost you no try.`,
  wrongCode: (left) => `That is not the code. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'We could not be reached. Check your connection, then try again.',
    tooOften: 'That was too often',
    limits: {
      'per-number': 'This number has been called or texted too often',
      'per-prefix': 'Numbers like this one have been called or texted too often',
      'per-client': 'There were too many tries from your connection',
      'per-network': 'There were too many tries from your network',
      'per-session': 'There were too many tries in this session',
      'per-account': 'There were too many tries for this account',
      'per-service': 'This service may place no more calls for now',
      'unanswered-calls': 'Calls to this number have to wait for a while',
      'wrong-codes': 'Too many wrong codes were entered for this number',
      'unverified-calls': 'Too many calls to this country have not been confirmed yet',
      spending: 'The budget for calls is used up for now',
      cooldown: 'The last try was only a moment ago',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Please wait a while before the next try.'
        : `Please wait ${waitingTime(
            seconds,
            (count) => `${count} seconds`,
            (count) => `${count} minutes`,
            (count) => `${count} hours`,
          )} before the next try.`,
    stopped: { call: 'We may not call this number at present.', sms: 'We may not text this number at present.' },
    stillPossible: { call: 'A call may still be possible.', sms: 'A text may still be possible.' },
    atNight: 'It is night where this number is, so we neither call nor text it now.',
    conflict: 'That is not possible at the moment: a call is still under way.',
    other: 'That did not work, and the fault is at our end. Please try again.',
  },
}
