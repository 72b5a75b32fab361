import { type Context, Hono } from 'hono'
import type { E164 } from '../../domain/challenge.ts'
import { numberHashes } from '../../domain/one-time-codes.ts'
import { reasonsAgainst } from '../../guard/explain-number.ts'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { searchPage } from '../pages/search-page.ts'
import { readForm } from '../read-form.ts'
import {
  listQueryOf,
  numbersIn,
  readSearchForm,
  readSearchQuery,
  type Search,
  type SearchForm,
  searchPath,
} from '../search-terms.ts'
import { serviceNames } from '../service-names.ts'

const SHOWN = 25

/**
 * The form is posted, since a number stands in no address. Its answer leads to one that has the number's hash, except where
 * something stands against the number, or no challenge is found: that is asked by the number itself.
 */
export function searchRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { store, secrets, regions } = parts
  const frame = (c: Context<ConsoleEnv>) => ({ names: serviceNames(parts.directory.all()), frame: frameOf(c, parts) })
  const explanation = {
    obstacles: store.numberObstacles,
    hashes: (text: string) => numberHashes(secrets, text),
    services: () =>
      parts.directory
        .all()
        .filter(({ deleted }) => !deleted)
        .map(({ id }) => ({ id, settings: parts.settingsOf(id) })),
  }
  const explained = async (number: E164) => {
    const names = serviceNames(parts.directory.all())
    return { number, reasons: (await reasonsAgainst(number, explanation)).map(names.inText) }
  }
  const found = async (wanted: Search) => {
    const { records, next } = await store.challengeSearch.list(listQueryOf(wanted, SHOWN))
    const older = next && searchPath({ ...wanted, after: next })
    return { records, older, isFirst: wanted.after === null, byNumber: wanted.numberHashes !== null }
  }
  return new Hono<ConsoleEnv>()
    .get('/search', async (c) => {
      const wanted = readSearchQuery(c.req.query())
      if (wanted === null)
        return c.html(
          searchPage({
            form: {},
            errors: { text: 'This address is not whole. Search again.' },
            results: null,
            ...frame(c),
          }),
          400,
        )
      return c.html(searchPage({ form: shownForm(wanted), errors: {}, results: await found(wanted), ...frame(c) }))
    })
    .post('/search', async (c) => {
      const form: SearchForm = await readForm(c)
      const read = readSearchForm(form, { secrets, regions })
      if ('errors' in read) return c.html(searchPage({ form, errors: read.errors, results: null, ...frame(c) }), 422)
      if ('challenge' in read) return c.redirect(read.challenge, 303)
      const numbers = read.search.numberHashes === null ? [] : numbersIn(form.text!.trim(), regions)
      if (typeof numbers === 'string' || numbers.length === 0) return c.redirect(searchPath(read.search), 303)
      const [results, against] = await Promise.all([found(read.search), Promise.all(numbers.map(explained))])
      const isClear = against.every(({ reasons }) => reasons.length === 0)
      if (isClear && results.records.length > 0) return c.redirect(searchPath(read.search), 303)
      return c.html(searchPage({ form, errors: {}, results, against, ...frame(c) }))
    })
}

/** The number is not known any more, only its hash. */
function shownForm({ metadata, serviceId, status, from, until }: Search): SearchForm {
  return {
    ...(metadata && { text: `${metadata.key}=${metadata.value}` }),
    ...(serviceId && { service: serviceId }),
    ...(status && { status }),
    ...(from && { from }),
    ...(until && { until }),
  }
}
