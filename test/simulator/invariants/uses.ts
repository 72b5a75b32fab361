// An approval is used once, and who used it always gets the receipt of it.

import type { Check } from './facts.ts'

export const approvalUsedOnce: Check = function* ({ recorder }, { byId }) {
  for (const [id, uses] of Map.groupBy(recorder.uses, ({ challenge }) => challenge)) {
    const history = byId.get(id)!
    const given = uses.filter(({ receipt }) => receipt !== null)
    const keys = new Set(given.map(({ key }) => key))
    if (keys.size > 1) yield `${id} was used under ${[...keys].join(' and ')}`
    if (new Set(given.map(({ receipt }) => receipt)).size > 1) yield `${id} has receipts that differ`
    if (history.commits.filter(({ line }) => line.type === 'consumed').length > 1) yield `${id} was consumed twice`
    if (given.length > 0 && history.last.challenge.outcome?.status !== 'approved')
      yield `${id} was used, and was not approved`
    for (const { key, status } of uses)
      if (status === 409 && key === history.last.consumptionKey) yield `${id} was used under ${key}, which was told 409`
    for (const { status } of uses) if (![200, 409, 503].includes(status)) yield `a use of ${id} was answered ${status}`
  }
}
