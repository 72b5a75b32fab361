// The Messages resource of Twilio and SignalWire. twilio.com/docs/messaging/api/message-resource

import { Form, type Parameters, RestError } from '../rest/form.ts'
import { finalState, type Message, type Receipt } from '../simulator/message.ts'
import type { SimulatorState } from '../simulator/simulator-state.ts'
import type { Target } from '../simulator/steps.ts'
import { rfc2822 } from './calls.ts'
import type { CarrierProfile } from './carrier-profile.ts'
import type { Webhooks } from './post-webhooks.ts'

const LONGEST = 1600
const PAGE = 50
const SENDING_MS = 400
const RECEIPT_MS = 1500

/** twilio.com/docs/api/errors: the codes of failed messages. */
const ERRORS: Partial<Record<Receipt, { code: number; message: string }>> = {
  unreachable: { code: 30003, message: 'Unreachable destination handset' },
  landline: { code: 30006, message: 'Landline or unreachable carrier' },
  carrier_failed: { code: 30001, message: 'Queue overflow' },
  blocked: { code: 30007, message: 'Message filtered' },
}

const errorOf = ({ state, receipt }: Message) =>
  state === 'undelivered' || state === 'failed' ? ERRORS[receipt] : undefined

export function messagesResource(profile: CarrierProfile, simulator: SimulatorState, webhooks: Webhooks) {
  const mine = (message: Message) => message.carrier === profile.carrier

  const advance = (message: Message, state: Message['state'], callback: Target | null) => {
    message.state = state
    simulator.notify({ type: 'line', line: simulator.line(message.to) })
    if (!callback) return
    const error = errorOf(message)
    const parameters: Parameters = [
      ['SmsSid', message.id],
      ['SmsStatus', state],
      ['MessageStatus', state],
      ['To', message.to],
      ['MessageSid', message.id],
      ['AccountSid', profile.accountId],
      ['From', message.from],
      ['ApiVersion', '2010-04-01'],
    ]
    if (error) parameters.push(['ErrorCode', String(error.code)], ['ErrorMessage', error.message])
    webhooks.notify(`message ${state}`, callback, parameters, message.id)
  }

  const deliver = async (message: Message, callback: Target | null) => {
    await simulator.takeTime(SENDING_MS)
    advance(message, 'sent', callback)
    if (message.receipt === 'none') return
    await simulator.takeTime(RECEIPT_MS)
    advance(message, finalState(message.receipt), callback)
  }

  return {
    create(parameters: Parameters) {
      const form = new Form(parameters)
      const to = form.number('To', 21211)
      const from = form.number('From', 21212)
      const text = form.text('Body')
      const url = form.url('StatusCallback', 21609)
      form.integer('ValidityPeriod', 1, 36_000)
      form.rejectUnknown()
      if (to === null) throw new RestError(400, 21604, "A 'To' phone number is required.")
      if (from === null) throw new RestError(400, 21603, "A 'From' phone number is required.")
      if (text === null) throw new RestError(400, 21602, 'Message body is required.')
      if (text.length > LONGEST) throw new RestError(400, 21617, 'The message body exceeds the 1600 character limit.')
      if (profile.numbers && !profile.numbers.includes(from)) {
        throw new RestError(400, 21606, `The 'From' phone number ${from} cannot send messages for this account.`)
      }
      const message = simulator.addMessage({ id: profile.newSid('SM'), carrier: profile.carrier, from, to, text })
      simulator.afterResponse(() => deliver(message, url === null ? null : { url, method: 'POST' }))
      return resource(profile, message)
    },

    read(sid: string) {
      const message = simulator.messages.find((one) => mine(one) && one.id === sid)
      if (message) return resource(profile, message)
      throw new RestError(404, 20404, 'The requested resource was not found')
    },

    list(query: Parameters) {
      const form = new Form(query)
      const [to, from] = [form.text('To'), form.text('From')]
      const size = form.integer('PageSize', 1, 1000) ?? PAGE
      form.rejectUnknown()
      const found = simulator.messages
        .filter((message) => mine(message) && (!to || message.to === to) && (!from || message.from === from))
        .reverse()
        .slice(0, size)
      return { messages: found.map((message) => resource(profile, message)), page: 0, page_size: size }
    },
  }
}

function resource(profile: CarrierProfile, message: Message) {
  const error = errorOf(message)
  return {
    sid: message.id,
    account_sid: profile.accountId,
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
    uri: `${profile.path}/Messages/${message.id}.json`,
  }
}
