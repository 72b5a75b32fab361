import { asSentence } from '../domain/as-sentence.ts'
import type { Prompts } from '../domain/prompts.ts'
import { phrase } from '../domain/scope-words.ts'
import { digits } from './digits.ts'
import { PORTUGUESE } from './phrase-words/portuguese.ts'

const NUMBERS = ['zero', 'um', 'dois', 'três', 'quatro', 'cinco', 'seis', 'sete', 'oito']

export const ptBR: Prompts = {
  greeting: (name) => `Aqui é ${name}.`,
  phraseWords: PORTUGUESE,
  sharedPhrase: (phrase) => `As palavras na sua tela são: ${phrase}. Se forem outras, pressione 9.`,
  request: (scope) =>
    phrase(
      {
        login: 'Alguém está pedindo para entrar na sua conta.',
        signup: 'Alguém está pedindo para se cadastrar.',
        transfer: 'Alguém está pedindo para fazer uma transferência.',
        payment: 'Alguém está pedindo para fazer um pagamento.',
        password_reset: 'Alguém está pedindo para redefinir a sua senha.',
        verify: 'Alguém está pedindo para confirmar este número de telefone.',
      },
      scope,
      (words) => `Alguém está pedindo a sua aprovação: ${words}.`,
    ),
  sentence: (text) => asSentence(text),
  approve: (key) => `Para aprovar, pressione ${key}. Se não foi você, pressione 9. Qualquer outra tecla recusa.`,
  enterCode: (length) => `Digite o código de ${NUMBERS[length]} dígitos que aparece na sua tela.`,
  gate: (scope, first, second) =>
    `Para ouvir o seu ${label(scope)}, pressione ${first} e, em seguida, ${second}. Se não foi você, pressione 9.`,
  code: (scope) => `O seu ${label(scope)} é:`,
  neverAsk: 'Nunca pediremos este código por telefone.',
  again: 'Mais uma vez:',
  replay: 'Para ouvir de novo, pressione asterisco.',
  wrongKey: 'Desculpe, essa tecla não é uma das opções.',
  wrongCode: 'Desculpe, o código não está certo. Tente de novo.',
  silence: 'Desculpe, não detectamos nenhuma tecla.',
  farewell: {
    approved: 'Confirmado. Agradecemos. Até logo.',
    rejected: 'Você recusou esta solicitação. Até logo.',
    reported: 'Agradecemos o aviso. A solicitação foi bloqueada. Até logo.',
    tooManyAttempts: 'Desculpe, o código foi digitado errado vezes demais. Até logo.',
    noInput: 'Não recebemos resposta. Até logo.',
    codeGiven: 'Não passe este código a ninguém. Até logo.',
    expired: 'Desculpe, esta solicitação expirou. Até logo.',
    neutral: 'Esta ligação não é mais necessária. Até logo.',
    apology: 'Desculpe, não podemos concluir esta ligação. Tente de novo mais tarde.',
  },
  hold: 'Um momento, por favor.',
  digits,
  message: (name, scope, code, minutes) =>
    `${name}: use ${code} ${purpose(scope)}. Expira em ${minutes} ${minutes === 1 ? 'minuto' : 'minutos'}. Nunca pedimos por telefone.`,
}

function label(scope: string): string {
  return phrase(
    {
      login: 'código de acesso',
      signup: 'código de cadastro',
      transfer: 'código de transferência',
      payment: 'código de pagamento',
      password_reset: 'código para redefinir a senha',
      verify: 'código de verificação',
    },
    scope,
    (words) => `código para ${words}`,
  )
}

/** For text messages: GSM-7 has neither ó, ã, ê nor the small ç, so that "código" and "transferência" give way to verbs. */
function purpose(scope: string): string {
  return phrase(
    {
      login: 'para entrar',
      signup: 'para se cadastrar',
      transfer: 'para transferir',
      payment: 'para pagar',
      password_reset: 'para redefinir a senha',
      verify: 'para confirmar seu telefone',
    },
    scope,
    (words) => `para ${words}`,
  )
}
