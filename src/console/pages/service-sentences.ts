// What a service says around a code: its language, and its own sentences by channel and language.

import { html } from 'hono/html'
import type { Channel } from '../../domain/challenge.ts'
import { LOCALES, type Locale } from '../../domain/locale.ts'
import { LOCALE_SETTING, MESSAGE_SETTINGS } from '../../domain/message-settings.ts'
import { LONGEST_MESSAGE } from '../../domain/message-template.ts'
import type { ManagedService } from '../../services/manage-services.ts'
import type { Html } from './page-frame.ts'
import { table } from './table.ts'

const CHANNELS: Record<Channel, string> = { call: 'Call', sms: 'Text' }
const ENVIRONMENT_LOCALE: Locale = 'en-US'

export function serviceSentences({ id, settings }: ManagedService, mayAct: boolean): Html {
  const own = [...MESSAGE_SETTINGS].flatMap(([setting, { channel, locale }]) =>
    settings[setting] === undefined ? [] : [{ setting, channel, locale, text: settings[setting] }],
  )
  const locale = settings[LOCALE_SETTING] ?? ENVIRONMENT_LOCALE
  return html`<section aria-labelledby="messages-title">
      <h2 id="messages-title">What it says around a code</h2>
      <p>A challenge that names no language is in <b>${locale}</b>. One without a message says the sentences that stand here, and ours where there is none.</p>
      ${
        own.length > 0
          ? table(
              'Sentences',
              ['Channel', 'Language', 'Sentence', ...(mayAct ? ['Change'] : [])],
              own.map(({ setting, channel, locale, text }) => [
                CHANNELS[channel],
                locale,
                html`<span class="sentence">${text}</span>`,
                ...(mayAct ? [removal(id, setting, `${CHANNELS[channel]}, ${locale}`)] : []),
              ]),
            )
          : ''
      }
      ${mayAct ? html`${sentenceForm(id)}${languageForm(id, locale)}` : ''}
    </section>`
}

function removal(id: string, setting: string, name: string): Html {
  return html`<form method="post" action="service-setting"><input type="hidden" name="service" value="${id}"><input type="hidden" name="setting" value="${setting}"><button aria-label="Remove ${name}">Remove</button></form>`
}

function sentenceForm(id: string): Html {
  return html`<form class="act sentence-form" method="post" action="service-message">
      <input type="hidden" name="service" value="${id}">
      <div class="field"><label for="channel">Channel</label>
        <select id="channel" name="channel">${Object.entries(CHANNELS).map(([channel, text]) => html`<option value="${channel}">${text}</option>`)}</select></div>
      <div class="field"><label for="message-locale">Language</label>
        <select id="message-locale" name="locale">${LOCALES.map((locale) => html`<option>${locale}</option>`)}</select></div>
      <div class="field"><label for="message">Sentence</label>
        <input id="message" name="text" autocomplete="off" maxlength="${LONGEST_MESSAGE}" aria-describedby="message-hint" required>
        <p class="hint" id="message-hint">{CODE} stands for the code; {NAME} and {SCOPE} if you like</p></div>
      <button class="main">Save</button>
    </form>`
}

function languageForm(id: string, locale: string): Html {
  return html`<form class="choice" method="post" action="service-setting">
      <input type="hidden" name="service" value="${id}"><input type="hidden" name="setting" value="${LOCALE_SETTING}">
      <label for="own-locale">Language where a creation names none</label>
      <select id="own-locale" name="text">${LOCALES.map((one) => html`<option ${one === locale ? html`selected` : ''}>${one}</option>`)}</select>
      <button>Save</button>
    </form>`
}
