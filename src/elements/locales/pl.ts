import type { Texts } from '../texts.ts'
import { waitingTime } from '../waiting-time.ts'

/** One, a few (2 to 4, but not 12 to 14), many. */
function counted(count: number, one: string, few: string, many: string): string {
  if (count === 1) return one
  const isFew = count % 10 >= 2 && count % 10 <= 4 && !(count % 100 >= 12 && count % 100 <= 14)
  return `${count} ${isFew ? few : many}`
}

function triesLeft(left: number): string {
  if (left === 1) return 'Pozostała jedna próba.'
  return left >= 2 && left <= 4 ? `Pozostały ${left} próby.` : `Pozostało ${left} prób.`
}

export const pl: Texts = {
  progress: {
    loading: ['Chwileczkę…', 'Sprawdzamy, jak przebiega weryfikacja.'],
    calling: ['Dzwonimy…', 'Telefon zaraz zadzwoni.'],
    callingAnotherWay: ['Próbujemy w inny sposób…', 'Dzwonimy w inny sposób.'],
    callingSlowly: [
      'Nadal próbujemy…',
      'Połączenie jeszcze nie doszło do skutku. Jeśli się nie uda, spróbujemy w inny sposób.',
    ],
    callingUnseen: ['Dzwonimy…', 'Telefon powinien już dzwonić. Jeśli nie, spróbujemy inaczej.'],
    ringing: ['Telefon dzwoni…', 'Proszę odebrać.'],
    approve: ['Odebrano', 'Proszę wysłuchać, o co chodzi, a potem nacisnąć klawisz telefonu.'],
    keypad: ['Odebrano', 'Proszę teraz wpisać poniższy kod klawiszami telefonu.'],
    keypadWrong: ['To nie był ten kod', 'Proszę wpisać go jeszcze raz klawiszami telefonu.'],
    gate: ['Odebrano', 'Proszę nacisnąć podane klawisze, a odczytamy kod. Potem proszę wpisać go tutaj.'],
    reading: ['Odczytujemy kod', 'Proszę wysłuchać kodu i wpisać go tutaj.'],
    codeRead: ['Czas wpisać kod', 'Kod został odczytany. Proszę wpisać go tutaj.'],
    texting: ['Wysyłamy…', 'Wysyłamy SMS.'],
    texted: ['SMS wysłany', 'Może dotrzeć dopiero za chwilę. Potem proszę wpisać kod tutaj.'],
    textArrived: ['SMS doręczony', 'SMS dotarł. Proszę wpisać tutaj kod z wiadomości.'],
    failed: 'Kod, który już dotarł, nadal jest ważny.',
  },
  outcomes: {
    code_matched: ['Potwierdzono', 'Kod był poprawny.'],
    key_pressed: ['Potwierdzono', 'Zatwierdzono na telefonie.'],
    rejected: ['Odrzucono przez telefon', 'Naciśnięto klawisz odrzucenia, więc niczego nie zatwierdzono.'],
    fraud_reported: [
      'Zgłoszono jako nieuprawnione',
      'Osoba, która odebrała, zgłosiła, że to nie jej żądanie. Niczego nie zatwierdzono i na tym kończymy.',
    ],
    too_many_attempts: [
      'Za dużo błędnych kodów',
      'Ten kod jest już nieważny, nawet gdyby następna próba była poprawna.',
    ],
    busy: ['Linia była zajęta', 'Być może trwa inna rozmowa. Proszę ją zakończyć i spróbować ponownie.'],
    no_answer: ['Nikt nie odebrał', 'Proszę mieć telefon pod ręką i spróbować ponownie.'],
    call_rejected: [
      'Połączenie odrzucono',
      'Telefon odrzucił nasze połączenie. Niektóre robią to same w przypadku nieznanych numerów.',
    ],
    voicemail: [
      'Odebrała poczta głosowa',
      'Rozłączyliśmy się, nie zostawiając kodu. Proszę spróbować, gdy będzie można odebrać osobiście.',
    ],
    hung_up: [
      'Rozmowa skończyła się za wcześnie',
      'Odebrano, ale rozmowa została przerwana przed końcem. Niczego nie zatwierdzono.',
    ],
    no_input: [
      'Nie naciśnięto żadnego klawisza',
      'Odebrano, być może odebrała poczta głosowa, i nie naciśnięto żadnego z podanych klawiszy. Jeśli to Ty, otwórz podczas rozmowy klawiaturę telefonu.',
    ],
    unreachable: [
      'Telefon był nieosiągalny',
      'Nie zadzwonił: może być wyłączony lub poza zasięgiem albo numer jest błędny.',
    ],
    carrier_failed: ['Nie udało się połączyć', 'Błąd jest po naszej stronie. Kolejna próba może się udać.'],
    expired: ['Czas minął', 'Nie potwierdzono na czas, więc żądanie straciło ważność.'],
    canceled: ['Anulowano', 'Przerwano, więc niczego nie zatwierdzono.'],
  },
  after: (title, sentence) => `${title}. ${sentence}`,
  textFailures: {
    unreachable: [
      'Nie udało się doręczyć SMS-a',
      'Telefon może być wyłączony albo stacjonarny (i nie przyjmować SMS-ów), albo numer jest błędny. Połączenie dociera też do telefonów stacjonarnych.',
    ],
    carrier_failed: ['Nie udało się wysłać SMS-a', 'Błąd jest po naszej stronie. Połączenie może się udać.'],
  },
  textCauses: {
    landline: ['Ten numer nie przyjmuje SMS-ów', 'Wygląda na telefon stacjonarny. Kod możemy odczytać w rozmowie.'],
    handset_off: [
      'Nie udało się doręczyć SMS-a',
      'Telefon wydaje się wyłączony lub poza zasięgiem. Gdy będzie znów dostępny, proszę spróbować połączenia lub kolejnego SMS-a.',
    ],
    number_unknown: [
      'Nie udało się doręczyć SMS-a',
      'Sieć nie zna tego numeru. Proszę go sprawdzić albo spróbować połączenia, jeśli jest poprawny.',
    ],
    blocked: [
      'SMS został zablokowany',
      'Telefon lub jego sieć nie przyjmuje naszych SMS-ów. Połączenie może się udać.',
    ],
    opted_out: [
      'SMS-y na ten numer są wstrzymane',
      'Na nasze SMS-y odpowiedziano kiedyś STOP, więc nie możemy wysyłać kolejnych. Połączenie jest możliwe.',
    ],
    filtered: [
      'SMS został odfiltrowany',
      'Filtr po drodze uznał go za niechciany; numer jest w porządku. Połączenie może się udać.',
    ],
  },
  callCauses: {
    handset_off: [
      'Telefon był nieosiągalny',
      'Nie zadzwonił: wydaje się wyłączony lub poza zasięgiem. Proszę spróbować, gdy będzie znów dostępny.',
    ],
    number_unknown: [
      'Nie udało się zadzwonić pod ten numer',
      'Telefon nie zadzwonił: sieć nie zna tego numeru. Proszę go sprawdzić.',
    ],
  },
  connectionLost: ['Utracono połączenie', 'Nie wiemy już, jak przebiega weryfikacja. Proszę odświeżyć stronę.'],
  reconnecting: ['Utracono połączenie', 'Łączymy się ponownie. Rozmowa tymczasem trwa.'],
  notFound: [
    'Ta weryfikacja nie jest znana',
    'Mogła się już zakończyć albo adres jest niepełny. Proszę zacząć od nowa.',
  ],

  codeLabel: (length) => `Kod (${counted(length, 'jedna cyfra', 'cyfry', 'cyfr')})`,
  confirm: 'Potwierdź',
  cancel: 'Anuluj',
  callAgain: 'Zadzwoń ponownie',
  callInstead: 'Wolę połączenie',
  textAgain: 'Wyślij SMS ponownie',
  textInstead: 'Wolę SMS',
  later: (label, seconds) => `${label} (za ${seconds} s)`,
  goBack: 'Wróć',
  goOn: 'Dalej',
  returnRefused:
    'Strona, z której prowadzi ta weryfikacja, chce wrócić pod niedozwolony adres. Po zakończeniu proszę zamknąć tę stronę.',
  keepOpen: 'Nie zamykaj tej strony: dzwonimy i piszemy tylko, gdy jest otwarta.',
  sharedPhrase: 'Rozmowa zaczyna się od tych słów. Jeśli padną inne, naciśnij 9.',
  enterOnPhone: 'Proszę wpisać to na telefonie',
  keys: {
    approves: 'zatwierdza',
    namedApproves: 'ten, który podamy w rozmowie, zatwierdza',
    reports: 'zgłasza, że to nie Ty',
    others: 'powtarza; każdy inny klawisz odrzuca',
  },
  phoneEnding: (digits) => `Numer telefonu kończący się na ${digits}`,
  timeLeft: (clock) => `jeszcze ${clock}`,
  lessThan: (seconds) =>
    `Zostało mniej niż ${seconds === 60 ? 'minuta' : counted(seconds, 'sekunda', 'sekundy', 'sekund')}.`,

  digitsOnly: 'Proszę wpisać cyfry kodu.',
  wrongLength: (length, typed) =>
    `Kod ma ${counted(length, 'jedną cyfrę', 'cyfry', 'cyfr')}, a wpisano ${typed}. Nie kosztowało to żadnej próby.`,
  wrongCode: (left) => `To nie jest ten kod. ${triesLeft(left)}`,
  triesLeft,
  errors: {
    offline: 'Nie udało się połączyć z serwerem. Proszę sprawdzić połączenie i spróbować ponownie.',
    tooOften: 'Zbyt wiele prób',
    limits: {
      'per-number': 'Pod ten numer dzwoniono lub wysyłano wiadomości zbyt często',
      'per-prefix': 'Pod numery podobne do tego dzwoniono lub wysyłano wiadomości zbyt często',
      'per-client': 'Z tego połączenia było zbyt wiele prób',
      'per-network': 'Z tej sieci było zbyt wiele prób',
      'per-session': 'W tej sesji było zbyt wiele prób',
      'per-account': 'Dla tego konta było zbyt wiele prób',
      'per-service': 'Ta usługa na razie nie może więcej dzwonić',
      'unanswered-calls': 'Połączenia z tym numerem muszą chwilę poczekać',
      'wrong-codes': 'Dla tego numeru wpisano zbyt wiele błędnych kodów',
      'unverified-calls': 'Zbyt wiele połączeń z tym krajem nie zostało jeszcze potwierdzonych',
      spending: 'Budżet na połączenia jest na razie wyczerpany',
      cooldown: 'Ostatnia próba była dopiero przed chwilą',
    },
    wait: (seconds) =>
      seconds === null
        ? 'Proszę chwilę poczekać.'
        : `Proszę poczekać ${waitingTime(
            seconds,
            (count) => counted(count, 'sekundę', 'sekundy', 'sekund'),
            (count) => counted(count, 'minutę', 'minuty', 'minut'),
            (count) => counted(count, 'godzinę', 'godziny', 'godzin'),
          )}.`,
    stopped: {
      call: 'Obecnie nie możemy dzwonić pod ten numer.',
      sms: 'Obecnie nie możemy wysłać SMS-a pod ten numer.',
    },
    stillPossible: { call: 'Połączenie może być jeszcze możliwe.', sms: 'SMS może być jeszcze możliwy.' },
    atNight: 'Tam, gdzie jest ten numer, jest noc, więc teraz nie dzwonimy ani nie piszemy.',
    conflict: 'Teraz to niemożliwe: trwa jeszcze połączenie.',
    other: 'Nie udało się, a błąd jest po naszej stronie. Proszę spróbować ponownie.',
  },
}
