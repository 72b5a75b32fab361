import { Hono } from 'hono'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { statisticsPage } from '../pages/statistics-page.ts'
import { PERIODS, type Period, summaryOf } from '../statistics-summary.ts'

export function statisticsRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get('/statistics', async (c) => {
    const wanted = c.req.query('period') ?? '24h'
    if (!isPeriod(wanted)) return c.redirect('statistics')
    const query = PERIODS[wanted]
    return c.html(
      statisticsPage(wanted, summaryOf(await parts.statistics(query), query.stretchSeconds), frameOf(c, parts)),
    )
  })
}

function isPeriod(text: string): text is Period {
  return Object.hasOwn(PERIODS, text)
}
