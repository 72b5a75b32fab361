import { Hono } from 'hono'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { MONEY_PERIODS, type MoneyPeriod, moneyPage } from '../pages/money-page.ts'
import { serviceNames } from '../service-names.ts'
import { ceilingUses, spendingSummary } from '../spending-summary.ts'

const SERVICE = /^svc_[\w-]{1,64}$/

export function moneyRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { store, traffic } = parts
  return new Hono<ConsoleEnv>().get('/money', async (c) => {
    const period = c.req.query('period') ?? '30d'
    const service = c.req.query('service') || null
    if (!isPeriod(period) || (service !== null && !SERVICE.test(service))) return c.redirect('money')
    const days = MONEY_PERIODS[period]
    const [spent, totals] = await Promise.all([store.spending.sums(days, service), store.guardTraffic.totals()])
    return c.html(
      moneyPage({
        period,
        service,
        summary: spendingSummary(spent, days),
        ceilings: ceilingUses(traffic.spending, totals),
        mode: traffic.modes.spending,
        names: serviceNames(parts.directory.all()),
        frame: frameOf(c, parts),
      }),
    )
  })
}

function isPeriod(text: string): text is MoneyPeriod {
  return Object.hasOwn(MONEY_PERIODS, text)
}
