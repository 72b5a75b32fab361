import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

const triesLeft = (left: number) => (left === 1 ? 'Resta uma tentativa.' : `Restam ${left} tentativas.`)

export const pt: Texts = {
  progress: {
    loading: ['Um momento…', 'Estamos vendo como está a sua verificação.'],
    calling: ['Ligando…', 'O seu telefone vai tocar em instantes.'],
    callingAnotherWay: ['Tentando de outra maneira…', 'Estamos ligando de outra maneira.'],
    callingSlowly: ['Ainda tentando…', 'A ligação ainda não foi completada. Se não for, tentamos de outra maneira.'],
    callingUnseen: ['Ligando…', 'Seu telefone já deve estar tocando. Se não, tentamos de outra maneira.'],
    ringing: ['Está tocando…', 'Atenda o telefone, por favor.'],
    approve: ['Ligação atendida', 'Ouça do que se trata e depois aperte uma tecla do telefone.'],
    keypad: ['Ligação atendida', 'Agora digite o código abaixo com as teclas do telefone.'],
    keypadWrong: ['Esse não era o código', 'Digite de novo com as teclas do telefone.'],
    gate: ['Ligação atendida', 'Aperte as teclas que indicamos e lemos o código. Depois digite-o aqui.'],
    reading: ['Lendo o seu código', 'Ouça o código e digite-o aqui.'],
    codeRead: ['Agora é com você', 'Lemos o código para você. Digite-o aqui.'],
    texting: ['Enviando…', 'Estamos enviando um SMS para você.'],
    texted: ['SMS enviado', 'Pode demorar um pouco para chegar. Depois digite o código aqui.'],
    textArrived: ['SMS entregue', 'O SMS chegou. Digite o código dele aqui.'],
    failed: 'Um código que já chegou a você continua valendo.',
  },
  outcomes: {
    code_matched: ['Confirmado', 'O código estava correto.'],
    key_pressed: ['Confirmado', 'Você aprovou pelo telefone.'],
    rejected: ['Recusado pelo telefone', 'Foi apertada uma tecla de recusa, então nada foi aprovado.'],
    fraud_reported: [
      'Denunciado como não autorizado',
      'Quem atendeu disse que o pedido não era seu. Nada foi aprovado, e paramos por aqui.',
    ],
    too_many_attempts: [
      'Códigos errados demais',
      'Este código não vale mais, mesmo que a próxima tentativa fosse correta.',
    ],
    busy: ['A linha estava ocupada', 'Talvez haja outra ligação em curso. Termine-a e tente de novo.'],
    no_answer: ['Ninguém atendeu', 'Fique com o telefone por perto e tente de novo.'],
    call_rejected: [
      'A ligação foi recusada',
      'O telefone recusou a nossa ligação. Alguns fazem isso sozinhos com números desconhecidos.',
    ],
    voicemail: [
      'Caiu na caixa postal',
      'Desligamos sem deixar nenhum código. Tente de novo quando você mesmo puder atender.',
    ],
    hung_up: ['A ligação terminou cedo demais', 'Atenderam, mas a ligação terminou antes do fim. Nada foi aprovado.'],
    no_input: [
      'Nenhuma tecla foi apertada',
      'Atenderam, talvez a caixa postal, e nenhuma das teclas pedidas foi apertada. Se foi você, abra o teclado do telefone durante a ligação.',
    ],
    unreachable: [
      'Não foi possível chamar o seu telefone',
      'Ele não tocou: pode estar desligado ou sem sinal, ou o número pode estar errado.',
    ],
    carrier_failed: ['Não conseguimos ligar', 'A falha é nossa, não sua. Pode funcionar se você tentar mais uma vez.'],
    expired: ['O tempo acabou', 'Não foi confirmado a tempo e não vale mais.'],
    canceled: ['Cancelado', 'Foi interrompido, então nada foi aprovado.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'Não foi possível entregar o SMS',
      'O telefone pode estar desligado, ou ser fixo e não receber SMS, ou o número pode estar errado. Uma ligação chega também a telefones fixos.',
    ],
    carrier_failed: ['Não foi possível enviar o SMS', 'A falha é nossa, não sua. Uma ligação pode funcionar.'],
  },
  textCauses: {
    landline: ['Este número não recebe SMS', 'Parece ser um telefone fixo. Uma ligação pode ler o código para você.'],
    handset_off: [
      'Não foi possível entregar o SMS',
      'Seu telefone parece desligado ou sem sinal. Quando voltar, tente uma ligação ou outro SMS.',
    ],
    number_unknown: [
      'Não foi possível entregar o SMS',
      'A rede não conhece este número. Confira-o, ou tente uma ligação se tiver certeza.',
    ],
    blocked: ['O SMS foi bloqueado', 'Seu telefone ou a rede dele não aceita nossos SMS. Uma ligação pode funcionar.'],
    opted_out: [
      'Os SMS para este número estão suspensos',
      'Nossos SMS já foram respondidos com STOP, então não podemos enviar mais. Uma ligação é possível.',
    ],
    filtered: [
      'O SMS foi filtrado',
      'Um filtro o considerou indesejado no caminho; o número não é o problema. Uma ligação pode funcionar.',
    ],
  },
  callCauses: {
    handset_off: [
      'Não foi possível chamar seu telefone',
      'Ele não tocou: parece desligado ou sem sinal. Tente de novo quando ele voltar.',
    ],
    number_unknown: [
      'Não foi possível ligar para este número',
      'Ele não tocou: a rede não conhece este número. Confira-o.',
    ],
  },
  connectionLost: ['Conexão perdida', 'Não conseguimos mais acompanhar a sua verificação. Recarregue esta página.'],
  reconnecting: ['Conexão perdida', 'Estamos reconectando. Enquanto isso a ligação continua.'],
  notFound: [
    'Verificação desconhecida',
    'Ela pode ter terminado, ou o endereço pode estar incompleto. Comece de novo, por favor.',
  ],

  codeLabel: (length) => `O seu código de ${length} dígitos`,
  confirm: 'Confirmar',
  cancel: 'Cancelar',
  callAgain: 'Ligar de novo',
  callInstead: 'Prefiro uma ligação',
  textAgain: 'Enviar outro SMS',
  textInstead: 'Prefiro um SMS',
  later: (label, seconds) => `${label} (em ${seconds} s)`,
  goBack: 'Voltar',
  goOn: 'Continuar',
  returnRefused:
    'A página de onde você veio pede para voltar a um endereço não permitido. Feche esta página quando terminar.',
  keepOpen: 'Deixe esta página aberta: só ligamos ou escrevemos enquanto ela estiver.',
  sharedPhrase: 'A ligação começa com estas palavras. Se disser outras, aperte 9.',
  enterOnPhone: 'Digite isto no telefone',
  keys: {
    approves: 'aprova',
    namedApproves: 'a que a ligação indicar aprova',
    reports: 'avisa que não foi você',
    others: 'repete; qualquer outra tecla recusa',
  },
  phoneEnding: (digits) => `Número de telefone terminado em ${digits}`,
  timeLeft: (clock) => `restam ${clock}`,
  lessThan: (seconds) => `Resta menos de ${seconds === 60 ? 'um minuto' : `${seconds} segundos`}.`,

  digitsOnly: 'Digite os dígitos do seu código.',
  wrongLength: (length, typed) =>
    `O código tem ${length} dígitos e você digitou ${typed}. Isso não custou nenhuma tentativa.`,
  wrongCode: (left) => `Esse não é o código. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'Não foi possível conectar. Verifique a sua conexão e tente de novo.',
    tooOften: 'Tentativas demais',
    limits: {
      'per-number': 'Este número recebeu ligações ou mensagens demais',
      'per-prefix': 'Números como este receberam ligações ou mensagens demais',
      'per-client': 'Houve tentativas demais a partir da sua conexão',
      'per-network': 'Houve tentativas demais a partir da sua rede',
      'per-session': 'Houve tentativas demais nesta sessão',
      'per-account': 'Houve tentativas demais para esta conta',
      'per-service': 'Por enquanto este serviço não pode fazer mais ligações',
      'unanswered-calls': 'As ligações para este número têm de esperar um pouco',
      'wrong-codes': 'Foram digitados códigos errados demais para este número',
      'unverified-calls': 'Ligações demais para este país ainda não foram confirmadas',
      spending: 'O orçamento para ligações acabou por enquanto',
      cooldown: 'A última tentativa foi há apenas um momento',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Espere um pouco antes de tentar de novo.'
        : `Espere ${waitingTime(
            seconds,
            (count) => `${count} segundos`,
            (count) => `${count} minutos`,
            (count) => `${count} horas`,
          )} antes de tentar de novo.`,
    stopped: {
      call: 'No momento não podemos ligar para este número.',
      sms: 'No momento não podemos enviar SMS para este número.',
    },
    stillPossible: { call: 'Talvez uma ligação ainda seja possível.', sms: 'Talvez um SMS ainda seja possível.' },
    atNight: 'É noite onde este número está, por isso não ligamos nem escrevemos agora.',
    conflict: 'Agora não é possível: ainda há uma ligação em curso.',
    other: 'Não funcionou, e a falha é nossa. Tente de novo, por favor.',
  },
}
