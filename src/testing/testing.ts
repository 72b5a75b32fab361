import { ControlClient, type PhoneLine, type Violation } from './control-client.ts'
import { type PhoneOptions, TestPhone } from './test-phone.ts'

export type { Behaviour, Company, Ending, PhoneCall, Receipt, TextMessage, Violation } from './control-client.ts'
export type { PhoneOptions, PromisedMessage, ReceivedMessage, TestPhone } from './test-phone.ts'

/** 555-01xx is kept free for fiction in every area (nationalnanpa.com). In these no number acts by itself. */
const AREAS = ['205', '206', '207', '208', '209', '212', '213', '214', '215', '216', '217', '218', '219', '224', '225']

/**
 * The phones of Answerback's simulated telephone company, for tests with Playwright, node:test or any other runner.
 *
 * ```ts
 * const exchange = new Exchange('http://localhost:3000')
 * const phone = await exchange.phone()
 * await page.getByLabel('Phone number').fill(phone.number)
 * await page.getByRole('button', { name: 'Call me' }).click()
 * await phone.answers()
 * await phone.press('1')
 * ```
 */
export class Exchange {
  readonly #control: ControlClient
  readonly #options: PhoneOptions
  readonly #taken = new Set<string>()

  /** `url`: of the server in development, or of `npm run exchange`. */
  constructor(url: string, options: PhoneOptions = {}) {
    this.#control = new ControlClient(url)
    this.#options = options
  }

  /**
   * Takes the phone of a number in hand, before the app calls or texts it: earlier messages and ended calls are not told
   * of. Without a number, of one that has had no call and no message, so that tests can run at once.
   */
  async phone(number?: string, options: PhoneOptions = {}): Promise<TestPhone> {
    const line = await this.#control.line(number ?? (await this.#unusedNumber()))
    return new TestPhone(this.#control, line, { ...this.#options, ...options })
  }

  /** What the app has asked that its carrier would not accept. A test asserts that there is none. */
  async violations(): Promise<Violation[]> {
    return (await this.#control.request<{ faults: Violation[] }>('GET', '/faults')).faults
  }

  async #unusedNumber(): Promise<string> {
    const { lines } = await this.#control.request<{ lines: PhoneLine[] }>('GET', '/lines')
    const used = new Set([...this.#taken, ...lines.map(({ number }) => number)])
    const all = AREAS.flatMap((area) =>
      Array.from({ length: 100 }, (_, index) => `+1${area}55501${String(index).padStart(2, '0')}`),
    )
    const free = all.filter((number) => !used.has(number))
    const number = free[Math.floor(Math.random() * free.length)]
    if (number === undefined) throw new Error('All numbers have been used: start the exchange again.')
    this.#taken.add(number)
    return number
  }
}
