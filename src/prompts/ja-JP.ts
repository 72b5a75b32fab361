import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { JAPANESE } from './phrase-words/japanese.ts'

export const jaJP: Prompts = {
  greeting: (name) => `こちらは、${name}です。`,
  phraseWords: JAPANESE,
  sharedPhrase: (phrase) => `画面に表示されている言葉は、${phrase}です。違う場合は、9を押してください。`,
  request: (scope) => `${purpose(scope)}の承認依頼が届いています。`,
  sentence: (text) => asSentence(text),
  approve: (key) =>
    `承認する場合は、${key}を押してください。お心当たりがない場合は、9を押してください。そのほかのキーを押すと、拒否になります。`,
  enterCode: (length) => `画面に表示されている${length}桁のコードを入力してください。`,
  gate: (scope, first, second) =>
    `${purpose(scope)}用のコードをお聞きになる場合は、${first}を、続けて${second}を押してください。お心当たりがない場合は、9を押してください。`,
  code: (scope) => `${purpose(scope)}用のコードは、次のとおりです。`,
  neverAsk: 'このコードを、お電話でお聞きすることは決してありません。',
  again: 'もう一度お伝えします。',
  replay: 'もう一度お聞きになる場合は、米印を押してください。',
  wrongKey: '申し訳ありません。そのキーはお使いいただけません。',
  wrongCode: '申し訳ありません。コードが正しくありません。もう一度入力してください。',
  silence: '申し訳ありません。入力を確認できませんでした。',
  farewell: {
    approved: '確認できました。ありがとうございました。失礼いたします。',
    rejected: '拒否を承りました。失礼いたします。',
    reported: 'お知らせいただき、ありがとうございます。この依頼は停止しました。失礼いたします。',
    tooManyAttempts: '申し訳ありません。入力回数の上限に達しました。失礼いたします。',
    noInput: 'お返事を確認できませんでした。失礼いたします。',
    codeGiven: 'このコードは、誰にも教えないでください。失礼いたします。',
    expired: '申し訳ありません。有効期限が切れました。失礼いたします。',
    neutral: 'このお電話のご用件は終了しました。失礼いたします。',
    apology: '申し訳ありません。この通話を続けることができません。しばらくしてから、もう一度お試しください。',
  },
  hold: '少々お待ちください。',
  digits,
  // UCS-2, so 70 characters a segment.
  message: (name, scope, code, minutes) =>
    `${name}: ${purpose(scope)}用コード${code}（${minutes}分有効・電話で聞きません）`,
}

function purpose(scope: string): string {
  return phrase(
    {
      login: 'ログイン',
      signup: '新規登録',
      transfer: '送金',
      payment: 'お支払い',
      password_reset: 'パスワード再設定',
      verify: '電話番号確認',
    },
    scope,
    (words) => words,
  )
}
