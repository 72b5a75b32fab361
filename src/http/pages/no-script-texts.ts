// What the hosted page says where no script runs. Its other texts are the element's own.

import type { Locale } from '../../domain/locale.ts'

const ENGLISH =
  'This page follows your call with JavaScript, which is switched off here. Switch it on, or do what the call or the text asks.'
const SPANISH =
  'Esta página sigue su llamada con JavaScript, que aquí está desactivado. Actívelo o haga lo que le pidan la llamada o el mensaje.'

export const NO_SCRIPT_TEXTS: Record<Locale, string> = {
  'en-US': ENGLISH,
  'en-GB': ENGLISH,
  'es-ES': SPANISH,
  'es-MX': SPANISH,
  'fr-FR':
    'Cette page suit votre appel avec JavaScript, qui est désactivé ici. Activez-le, ou faites ce que l’appel ou le message vous demande.',
  'de-DE':
    'Diese Seite verfolgt Ihren Anruf mit JavaScript, das hier abgeschaltet ist. Schalten Sie es ein, oder tun Sie, worum der Anruf oder die Nachricht Sie bittet.',
  'it-IT':
    'Questa pagina segue la chiamata con JavaScript, che qui è disattivato. Lo attivi, oppure faccia ciò che chiede la chiamata o il messaggio.',
  'pt-BR':
    'Esta página acompanha a ligação com JavaScript, que está desativado aqui. Ative-o ou faça o que a ligação ou a mensagem pede.',
  'nl-NL':
    'Deze pagina volgt uw oproep met JavaScript, dat hier uitstaat. Zet het aan, of doe wat de oproep of het bericht vraagt.',
  'pl-PL':
    'Ta strona śledzi połączenie za pomocą JavaScriptu, który jest tu wyłączony. Proszę go włączyć albo zrobić to, o co prosi rozmowa lub wiadomość.',
  'ja-JP':
    'このページはJavaScriptで通話の状況を表示しますが、ここでは無効になっています。有効にするか、電話またはメッセージの案内に従ってください。',
  'hi-IN': 'यह पेज JavaScript से आपकी कॉल दिखाता है, जो यहाँ बंद है। उसे चालू करें, या कॉल या संदेश जो कहे वह करें।',
}
