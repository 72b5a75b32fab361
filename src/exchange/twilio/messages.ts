// The Messages resource of Twilio and SignalWire. twilio.com/docs/messaging/api/message-resource

import { Form, type Pairs, RestError } from '../rest/form.ts'
import type { Message, Receipt } from '../simulator/message.ts'
import type { Switchboard } from '../simulator/simulator-state.ts'
import type { Target } from '../simulator/steps.ts'
import { rfc2822 } from './calls.ts'
import type { Manner } from './carrier-profile.ts'
import type { Hooks } from './webhooks.ts'

const LONGEST = 1600
const PAGE = 50
const SENDING_MS = 400
const RECEIPT_MS = 1500

/** twilio.com/docs/api/errors: what an undelivered message is blamed on. */
const ERRORS: Partial<Record<Receipt, { code: number; message: string }>> = {
  unreachable: { code: 30003, message: 'Unreachable destination handset' },
  landline: { code: 30006, message: 'Landline or unreachable carrier' },
  blocked: { code: 30007, message: 'Message filtered' },
}

export function messages(manner: Manner, board: Switchboard, hooks: Hooks) {
  const mine = (message: Message) => message.company === manner.company

  const advance = (message: Message, state: Message['state'], callback: Target | null) => {
    message.state = state
    board.changed({ type: 'line', line: board.line(message.to) })
    if (!callback) return
    const error = state === 'undelivered' ? ERRORS[message.receipt] : undefined
    const parameters: Pairs = [
      ['SmsSid', message.id],
      ['SmsStatus', state],
      ['MessageStatus', state],
      ['To', message.to],
      ['MessageSid', message.id],
      ['AccountSid', manner.accountId],
      ['From', message.from],
      ['ApiVersion', '2010-04-01'],
    ]
    if (error) parameters.push(['ErrorCode', String(error.code)], ['ErrorMessage', error.message])
    hooks.notice(`message ${state}`, callback, parameters, message.id)
  }

  const deliver = async (message: Message, callback: Target | null) => {
    await board.pass(SENDING_MS)
    advance(message, 'sent', callback)
    if (message.receipt === 'none') return
    await board.pass(RECEIPT_MS)
    advance(message, message.receipt === 'delivered' ? 'delivered' : 'undelivered', callback)
  }

  return {
    create(parameters: Pairs) {
      const form = new Form(parameters)
      const to = form.number('To', 21211)
      const from = form.number('From', 21212)
      const text = form.text('Body')
      const url = form.url('StatusCallback', 21609)
      form.integer('ValidityPeriod', 1, 36_000)
      form.done()
      if (to === null) throw new RestError(400, 21604, "A 'To' phone number is required.")
      if (from === null) throw new RestError(400, 21603, "A 'From' phone number is required.")
      if (text === null) throw new RestError(400, 21602, 'Message body is required.')
      if (text.length > LONGEST) throw new RestError(400, 21617, 'The message body exceeds the 1600 character limit.')
      if (manner.numbers && !manner.numbers.includes(from)) {
        throw new RestError(400, 21606, `The 'From' phone number ${from} cannot send messages for this account.`)
      }
      const receipt = board.line(to).receipts.shift() ?? 'delivered'
      const message: Message = {
        id: manner.newSid('SM'),
        company: manner.company,
        from,
        to,
        text,
        at: board.clock.now(),
        state: 'queued',
        receipt,
      }
      board.post(message)
      board.soon(() => deliver(message, url === null ? null : { url, method: 'POST' }))
      return resource(manner, message)
    },

    read(sid: string) {
      const message = board.messages.find((one) => mine(one) && one.id === sid)
      if (message) return resource(manner, message)
      throw new RestError(404, 20404, 'The requested resource was not found')
    },

    list(query: Pairs) {
      const form = new Form(query)
      const [to, from] = [form.text('To'), form.text('From')]
      const size = form.integer('PageSize', 1, 1000) ?? PAGE
      form.done()
      const found = board.messages
        .filter((message) => mine(message) && (!to || message.to === to) && (!from || message.from === from))
        .reverse()
        .slice(0, size)
      return { messages: found.map((message) => resource(manner, message)), page: 0, page_size: size }
    },
  }
}

function resource(manner: Manner, message: Message) {
  const error = message.state === 'undelivered' ? ERRORS[message.receipt] : undefined
  return {
    sid: message.id,
    account_sid: manner.accountId,
    api_version: '2010-04-01',
    body: message.text,
    date_created: rfc2822(message.at),
    date_sent: message.state === 'queued' ? null : rfc2822(message.at),
    date_updated: rfc2822(message.at),
    direction: 'outbound-api',
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    from: message.from,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    status: message.state,
    to: message.to,
    uri: `${manner.path}/Messages/${message.id}.json`,
  }
}
