import { type Context, Hono } from 'hono'
import { type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { searchPage } from '../pages/search-page.ts'
import { readForm } from '../read-form.ts'
import {
  listQueryOf,
  readSearchForm,
  readSearchQuery,
  type Search,
  type SearchForm,
  searchPath,
} from '../search-terms.ts'
import { serviceNames } from '../service-names.ts'

const SHOWN = 25

/** The form is posted, since a number stands in no address; its answer leads to one that has the number's hash. */
export function searchRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { store, secrets, regions } = parts
  const frame = (c: Context<ConsoleEnv>) => ({ names: serviceNames(parts.directory.all()), frame: frameOf(c, parts) })
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
      const { records, next } = await store.challengeSearch.list(listQueryOf(wanted, SHOWN))
      const older = next && searchPath({ ...wanted, after: next })
      const results = { records, older, isFirst: wanted.after === null, byNumber: wanted.numberHashes !== null }
      return c.html(searchPage({ form: shownForm(wanted), errors: {}, results, ...frame(c) }))
    })
    .post('/search', async (c) => {
      const form: SearchForm = await readForm(c)
      const read = readSearchForm(form, { secrets, regions })
      if ('errors' in read) return c.html(searchPage({ form, errors: read.errors, results: null, ...frame(c) }), 422)
      return c.redirect('challenge' in read ? read.challenge : searchPath(read.search), 303)
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
