import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { HINDI } from './phrase-words/hindi.ts'

const NUMBERS = ['शून्य', 'एक', 'दो', 'तीन', 'चार', 'पाँच', 'छह', 'सात', 'आठ']

export const hiIN: Prompts = {
  greeting: (name) => `यह ${name} की ओर से कॉल है।`,
  phraseWords: HINDI,
  sharedPhrase: (phrase) => `आपकी स्क्रीन पर लिखे शब्द हैं: ${phrase}। अगर वे अलग हैं, तो 9 दबाएँ।`,
  request: (scope) =>
    phrase(
      {
        login: 'कोई लॉग इन करने की अनुमति माँग रहा है।',
        signup: 'कोई पंजीकरण करने की अनुमति माँग रहा है।',
        transfer: 'कोई पैसे भेजने की अनुमति माँग रहा है।',
        payment: 'कोई भुगतान करने की अनुमति माँग रहा है।',
        password_reset: 'कोई आपका पासवर्ड रीसेट करने की अनुमति माँग रहा है।',
        verify: 'कोई इस फ़ोन नंबर की पुष्टि करना चाहता है।',
      },
      scope,
      (words) => `कोई आपकी अनुमति माँग रहा है: ${words}।`,
    ),
  sentence: (text) => asSentence(text),
  approve: (key) =>
    `मंज़ूरी देने के लिए ${key} दबाएँ। अगर यह अनुरोध आपका नहीं है, तो 9 दबाएँ। कोई और बटन दबाने पर अनुरोध अस्वीकार हो जाएगा।`,
  enterCode: (length) => `अपनी स्क्रीन पर दिख रहा ${NUMBERS[length]} अंकों का कोड दर्ज करें।`,
  gate: (scope, first, second) =>
    `अपना ${label(scope)} सुनने के लिए पहले ${first} और फिर ${second} दबाएँ। अगर यह अनुरोध आपका नहीं है, तो 9 दबाएँ।`,
  code: (scope) => `आपका ${label(scope)} है:`,
  neverAsk: 'हम यह कोड आपसे फ़ोन पर कभी नहीं माँगेंगे।',
  again: 'एक बार फिर:',
  replay: 'दोबारा सुनने के लिए स्टार दबाएँ।',
  wrongKey: 'माफ़ कीजिए, यह बटन विकल्पों में नहीं है।',
  wrongCode: 'माफ़ कीजिए, यह कोड सही नहीं है। कृपया फिर से कोशिश करें।',
  silence: 'माफ़ कीजिए, हमें आपका जवाब नहीं मिला।',
  farewell: {
    approved: 'धन्यवाद, पुष्टि हो गई है। नमस्ते।',
    rejected: 'आपने यह अनुरोध अस्वीकार कर दिया है। नमस्ते।',
    reported: 'बताने के लिए धन्यवाद। यह अनुरोध रोक दिया गया है। नमस्ते।',
    tooManyAttempts: 'माफ़ कीजिए, बहुत बार गलत कोड डाला गया है। नमस्ते।',
    noInput: 'हमें कोई जवाब नहीं मिला। नमस्ते।',
    codeGiven: 'यह कोड किसी को न बताएँ। नमस्ते।',
    expired: 'माफ़ कीजिए, इस अनुरोध का समय समाप्त हो गया है। नमस्ते।',
    neutral: 'अब इस कॉल की ज़रूरत नहीं है। नमस्ते।',
    apology: 'माफ़ कीजिए, हम यह कॉल पूरी नहीं कर सकते। कृपया बाद में फिर कोशिश करें।',
  },
  hold: 'कृपया एक क्षण प्रतीक्षा करें।',
  digits,
  // UCS-2, so 70 characters a segment.
  message: (name, scope, code, minutes) => `${name}: ${shortLabel(scope)} ${code}, ${minutes} मिनट, फ़ोन पर न दें।`,
}

function label(scope: string): string {
  return phrase(
    {
      login: 'लॉगिन कोड',
      signup: 'पंजीकरण कोड',
      transfer: 'ट्रांसफ़र कोड',
      payment: 'भुगतान कोड',
      password_reset: 'पासवर्ड रीसेट कोड',
      verify: 'सत्यापन कोड',
    },
    scope,
    (words) => `${words} कोड`,
  )
}

/** For text messages, where a segment has no room for "reset". */
function shortLabel(scope: string): string {
  return label(scope).replace('पासवर्ड रीसेट', 'पासवर्ड')
}
