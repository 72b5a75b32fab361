import { Answerback, AnswerbackError, type Challenge, type Channel } from '../client/client.ts'
import { watchCodeField } from './code-field.ts'
import { Countdown, clockText } from './countdown.ts'
import { type AskedDelivery, errorSentence } from './error-sentence.ts'
import { textsFor } from './locales/texts-for.ts'
import { shownOf } from './progress.ts'
import { channelsOffered, offerLabels } from './retries.ts'
import { styleSheet } from './styles.ts'
import type { Texts } from './texts.ts'
import { createView, type View } from './view.ts'

const CODE_LENGTH = 6

/** What each event brings. */
type Details = {
  'answerback-change': Challenge
  'answerback-outcome': Challenge
  'answerback-retry': { channel: Channel }
}

declare global {
  interface HTMLElementTagNameMap {
    'answerback-challenge': AnswerbackChallenge
  }
  /** Of elements, the document and the window alike, since the events bubble. */
  interface GlobalEventHandlersEventMap {
    'answerback-change': CustomEvent<Details['answerback-change']>
    'answerback-outcome': CustomEvent<Details['answerback-outcome']>
    'answerback-retry': CustomEvent<Details['answerback-retry']>
  }
}

/**
 * `<answerback-challenge challenge="chl_…" token="pgt_…" base-url="https://verify.example.com">`: shows one challenge
 * until it has an outcome, takes the code, asks for another delivery, cancels.
 *
 * | attribute | |
 * |---|---|
 * | `challenge`, `token` | the `id` and `page_token` of the answer to the creation |
 * | `base-url` | Answerback's, unless the page stands on its origin |
 * | `lang` | the language of the texts; unless set, the challenge's `locale` |
 * | `retry` | after a failure, buttons that ask the page for a new challenge, by `answerback-retry` |
 * | `heading-level` | of the title; 2 unless set |
 *
 * Events, which bubble: `answerback-change` and, once, `answerback-outcome` with the challenge as `detail`;
 * `answerback-retry` with `{ channel }`. What the page is told proves nothing: your server asks for itself.
 *
 * The slot `ended` takes what you offer beside the buttons when nothing was approved.
 */
export class AnswerbackChallenge extends HTMLElement {
  static observedAttributes = ['challenge', 'token', 'base-url', 'lang', 'retry']

  readonly #shadow = this.attachShadow({ mode: 'open' })
  #view: View | null = null
  #texts: Texts = textsFor('en').texts
  #challenge: Challenge | null = null
  #client: Answerback | null = null
  #leaving: AbortController | null = null
  #countdown = new Countdown()
  #connectionErrors = 0
  #isBusy = false

  /** The challenge as it was last seen. */
  get current(): Challenge | null {
    return this.#challenge
  }

  connectedCallback(): void {
    this.#restart()
  }

  disconnectedCallback(): void {
    this.#leaving?.abort()
    this.#leaving = null
  }

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (before === after || !this.isConnected) return
    if (name === 'lang' || name === 'retry') this.#showAll()
    else this.#restart()
  }

  /** Attributes of one change come one by one, so the beginning waits for the last of them. */
  #restart(): void {
    this.#leaving?.abort()
    const leaving = new AbortController()
    this.#leaving = leaving
    queueMicrotask(() => !leaving.signal.aborted && this.#start(leaving.signal))
  }

  #start(signal: AbortSignal): void {
    const [id, token] = [this.getAttribute('challenge'), this.getAttribute('token')]
    this.#challenge = null
    this.#countdown = new Countdown()
    this.#connectionErrors = 0
    this.#render()
    this.#texts = textsFor(this.lang || document.documentElement.lang).texts
    const [title, sentence] = this.#texts.progress.loading
    this.#view!.showStatus({ stage: 'loading', title, sentence })
    if (!id || !token) return
    this.#client = new Answerback({ baseUrl: this.getAttribute('base-url') ?? location.origin, key: token })
    const ticking = setInterval(() => this.#tick(), 1000)
    signal.addEventListener('abort', () => clearInterval(ticking))
    void this.#follow(id, signal)
  }

  #render(): void {
    const view = createView(this.getAttribute('heading-level') ?? '2')
    this.#view = view
    this.#shadow.adoptedStyleSheets = [styleSheet()]
    this.#shadow.replaceChildren(view.root)
    for (const channel of ['call', 'sms'] as const) view[channel].addEventListener('click', () => this.#again(channel))
    view.cancel.addEventListener('click', () => this.#act((client, id) => client.cancel(id)))
    const context = { view, codeLength: () => this.#challenge?.code_length ?? CODE_LENGTH, texts: () => this.#texts }
    watchCodeField(context, (code) => this.#check(code))
  }

  async #follow(id: string, signal: AbortSignal): Promise<void> {
    const onConnectionError = (error: AnswerbackError | null) => {
      this.#connectionErrors = error ? this.#connectionErrors + 1 : 0
      this.#showAll()
    }
    try {
      for await (const change of this.#client!.watch(id, { onConnectionError, signal })) this.#take(change)
    } catch (error) {
      if (signal.aborted) return
      const isUnknown = error instanceof AnswerbackError && (error.status === 404 || error.status === 401)
      const [title, sentence] = isUnknown ? this.#texts.notFound : this.#texts.connectionLost
      this.#view!.showStatus({ stage: 'over', title, sentence })
      if (!(error instanceof AnswerbackError)) throw error
    }
  }

  #take(change: Challenge): void {
    const before = this.#challenge
    if (before && change.version < before.version) return
    // Events hold no display code: the page asks for it once.
    const shownCode = change.display_code ?? before?.display_code
    this.#challenge = shownCode === undefined ? change : { ...change, display_code: shownCode }
    this.#countdown.set(change, Date.now())
    if (before?.version !== change.version) this.#view!.showProblem(null)
    if (change.flow === 'keypad_code' && change.status === 'pending' && shownCode === undefined) void this.#readCode()
    this.#showAll()
    if (!before) this.#focusField()
    const { signal } = this.#leaving!
    this.#emit('answerback-change', this.#challenge)
    if (change.status !== 'pending' && (before === null || before.status === 'pending') && !signal.aborted)
      this.#emit('answerback-outcome', this.#challenge)
  }

  async #readCode(): Promise<void> {
    const challenge = await this.#client!.get(this.#challenge!.id, { signal: this.#leaving!.signal }).catch(() => null)
    if (challenge) this.#take(challenge)
  }

  #showAll(): void {
    const [view, challenge] = [this.#view, this.#challenge]
    if (!view || !challenge) return
    const { language, texts } = textsFor(this.lang || challenge.locale)
    this.#texts = texts
    view.root.lang = language
    view.keepFocus(this.#shadow, () => {
      view.showTask(challenge, challenge.code_length ?? CODE_LENGTH, texts)
      this.#tick()
    })
  }

  /** Once a second and at every change: what depends on the time. */
  #tick(): void {
    const [view, challenge, now] = [this.#view, this.#challenge, Date.now()]
    if (!view || !challenge) return
    const pending = challenge.status === 'pending'
    const shown = shownOf(challenge, this.#texts, this.#countdown.serverTime(now))
    if (pending && this.#connectionErrors > 1) {
      const [title, sentence] = this.#texts.reconnecting
      view.showStatus({ ...shown, title, sentence })
    } else {
      const warning = pending ? this.#countdown.warning(now) : null
      view.showStatus({ ...shown, sentence: shown.sentence + (warning ? ` ${this.#texts.lessThan(warning)}` : '') })
    }
    const left = this.#texts.timeLeft(clockText(this.#countdown.secondsLeft(now)))
    view.countdown.textContent = left
    view.countdown.hidden = !pending
    const offered = pending || this.hasAttribute('retry') ? channelsOffered(challenge) : []
    const wait = pending ? this.#countdown.secondsUntilRedelivery(now) : 0
    view.showOffers(offered, offerLabels(challenge, this.#texts), wait, this.#texts)
  }

  #again(channel: Channel): void {
    if (this.#challenge?.status !== 'pending') this.#emit('answerback-retry', { channel })
    else {
      const asked = { channel, offered: channelsOffered(this.#challenge) }
      void this.#act((client, id) => client.redeliver(id, channel), asked)
    }
  }

  async #check(code: string): Promise<string | null> {
    let problem: string | null = null
    await this.#act(async (client, id) => {
      const { valid, status, attempts_left } = await client.check(id, code)
      if (valid || status !== 'pending') return client.get(id)
      problem = this.#texts.wrongCode(attempts_left)
      return null
    })
    return problem
  }

  /** One request at a time. An error is shown, and the request is never repeated by itself. */
  async #act(
    action: (client: Answerback, id: string) => Promise<Challenge | null>,
    asked: AskedDelivery | null = null,
  ): Promise<void> {
    const [view, challenge, leaving] = [this.#view!, this.#challenge, this.#leaving]
    if (this.#isBusy || !challenge) return
    this.#isBusy = true
    view.root.toggleAttribute('data-busy', true)
    view.showProblem(null)
    try {
      const change = await action(this.#client!, challenge.id)
      // The element may have been removed meanwhile, or shows another challenge.
      if (change && leaving === this.#leaving) this.#take(change)
    } catch (error) {
      if (!(error instanceof AnswerbackError)) throw error
      const { code, retryAfter } = error
      if (code === 'rate_limited' && retryAfter !== null && retryAfter <= 60)
        this.#countdown.postpone(retryAfter, Date.now())
      else view.showProblem(errorSentence(error, this.#texts, asked))
      this.#tick()
    } finally {
      this.#isBusy = false
      view.root.toggleAttribute('data-busy', false)
    }
  }

  /** The person came for this; a page whose focus is elsewhere keeps it. */
  #focusField(): void {
    const { activeElement } = document
    if ((activeElement === null || activeElement === document.body) && !this.#view!.code.hidden)
      this.#view!.input.focus({ preventScroll: true })
  }

  #emit<Type extends keyof Details>(type: Type, detail: Details[Type]): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }))
  }
}

if (!customElements.get('answerback-challenge')) customElements.define('answerback-challenge', AnswerbackChallenge)
