// The apps of this installation, and the API keys of one. A key is shown in the answer that made it and never again.

import { html } from 'hono/html'
import type { E164 } from '../../domain/challenge.ts'
import { LOCALE_SETTING, MESSAGE_SETTINGS } from '../../domain/message-settings.ts'
import { maskNumber } from '../../domain/phone-number.ts'
import type { ManagedService } from '../../services/manage-services.ts'
import { FIRST_SERVICE, type KeyRow } from '../../store/services.ts'
import { dateOf, timeOf } from './challenge-words.ts'
import { type Frame, type Html, pageFrame } from './page-frame.ts'
import { serviceSentences } from './service-sentences.ts'
import { table } from './table.ts'

type Services = {
  services: readonly ManagedService[]
  names: NamesById
  error: string | null
  mayAct: boolean
  frame: Frame
}

/** What each is called now, also where its name is SERVICE_NAME's. */
type NamesById = ReadonlyMap<string, string>

export function servicesPage({ services, names, error, mayAct, frame }: Services): Html {
  const content = html`
    <div class="title"><h1>Services</h1></div>
    ${
      mayAct
        ? html`<form class="act" method="post" action="services" novalidate>
      <div class="field">
        <label for="name">Name, as calls and texts say it</label>
        <input id="name" name="name" autocomplete="off" maxlength="60" ${error ? html`aria-invalid="true" aria-describedby="name-error"` : ''}>
        ${error ? html`<p class="error" id="name-error">${error}</p>` : ''}
      </div>
      <button class="main">Add a service</button>
    </form>`
        : ''
    }
    ${table(
      'Services',
      ['Service', 'Id', 'Created', 'Settings of its own'],
      services.map((service) => [
        html`<a href="${service.id}">${nameOf(service, names)}</a>`,
        html`<code>${service.id}</code>`,
        minute(service.createdAt),
        String(Object.keys(service.settings).length),
      ]),
    )}`
  return pageFrame({ title: 'Services', path: 'services', styles: ['tables'], frame, content })
}

type OneService = {
  service: ManagedService
  names: NamesById
  keys: readonly KeyRow[]
  /** The key that this answer has made. */
  made: string | null
  error: string | null
  mayAct: boolean
  frame: Frame
}

export function servicePage({ service, names, keys, made, error, mayAct, frame }: OneService): Html {
  const heads = ['Key', 'May', 'Created', 'Last used', 'Holds', ...(mayAct ? ['Change'] : [])]
  const settings = Object.entries(service.settings).filter(
    ([name]) => name !== LOCALE_SETTING && !MESSAGE_SETTINGS.has(name),
  )
  const content = html`
    <div class="title"><h1>${nameOf(service, names)}</h1> <code>${service.id}</code></div>
    ${made === null ? '' : html`<p class="done" role="status">The key, which is shown once: <code>${made}</code></p>`}
    ${error === null ? '' : html`<p class="error" role="alert">${error}</p>`}
    ${
      mayAct
        ? html`<form class="act" method="post" action="keys" novalidate>
      <input type="hidden" name="service" value="${service.id}">
      <div class="field"><label for="name">Name of the key</label><input id="name" name="name" autocomplete="off" maxlength="60"></div>
      <div class="field"><label for="scopes">It may</label>
        <select id="scopes" name="scopes"><option value="create read">create and read</option><option value="create">create</option><option value="read">read</option></select></div>
      <button class="main" name="act" value="add">Make a key</button>
    </form>`
        : ''
    }
    <section aria-labelledby="keys-title">
      <h2 id="keys-title">API keys</h2>
      ${
        keys.length > 0
          ? table(
              'API keys',
              heads,
              keys.map((key) => keyRow(service, key, mayAct)),
            )
          : html`<p class="empty">${service.id === FIRST_SERVICE ? 'There is no key beside those of the environment.' : 'There is no key: this service can’t start anything yet.'}</p>`
      }
    </section>
    ${serviceSentences(service, mayAct)}
    <section aria-labelledby="settings-title">
      <h2 id="settings-title">Settings of its own</h2>
      ${
        settings.length > 0
          ? table(
              'Settings of its own',
              ['Setting', 'Value'],
              settings.map(([name, text]) => [
                html`<code>${name}</code>`,
                html`<code>${shownValue(name, text)}</code>`,
              ]),
            )
          : html`<p>None: those of the environment hold.</p>`
      }
      <p class="hint">They are changed by npm run admin, and under /v1/admin.</p>
    </section>`
  return pageFrame({ title: nameOf(service, names), path: 'services', styles: ['tables'], frame, content })
}

function keyRow(
  service: ManagedService,
  { id, name, scopes, createdAt, lastUsedAt, secondsLeft }: KeyRow,
  mayAct: boolean,
) {
  const button = (act: string, text: string) =>
    html`<button name="act" value="${act}" aria-label="${text} ${name}">${text}</button>`
  return [
    name,
    scopes.join(', '),
    minute(createdAt),
    lastUsedAt ? minute(lastUsedAt) : 'never',
    secondsLeft === null ? 'until it is taken back' : `${Math.ceil(secondsLeft / 3_600)} h more`,
    ...(mayAct
      ? [
          html`<form method="post" action="keys"><input type="hidden" name="service" value="${service.id}"><input type="hidden" name="key" value="${id}">${button('rotate', 'Rotate')} ${button('delete', 'Delete')}</form>`,
        ]
      : []),
  ]
}

/** No number in full, and of an address to push to no path or query, which may hold a token. */
function shownValue(name: string, text: string): string {
  if (name.endsWith('_FROM')) return maskNumber(text as E164)
  if (name !== 'WEBHOOK_URL' || !URL.canParse(text)) return text
  const { origin, pathname, search } = new URL(text)
  return pathname === '/' && search === '' ? origin : `${origin}/…`
}

function nameOf({ id, name }: ManagedService, names: NamesById): string {
  return name ?? `${names.get(id)} (SERVICE_NAME)`
}

function minute(at: string): string {
  return `${dateOf(at)} ${timeOf(at).slice(0, 5)}`
}
