import { type Context, Hono } from 'hono'
import { LOCALE_SETTING, MESSAGE_SETTINGS } from '../../domain/message-settings.ts'
import type { Refusal } from '../../domain/refusal.ts'
import type { Scope } from '../../store/service-schema.ts'
import { actorOf, type ConsoleEnv, type ConsoleParts, frameOf } from '../console-parts.ts'
import { servicePage, servicesPage } from '../pages/services-pages.ts'
import { readForm } from '../read-form.ts'
import { mayAct, operatorsOnly } from '../roles.ts'

/** The key before goes on for a day, so that every instance of the app can be given the new one. */
const OVERLAP_SECONDS = 86_400
const SCOPES: Record<string, Scope[]> = { 'create read': ['create', 'read'], create: ['create'], read: ['read'] }

type Answer = { made?: string; error?: string; status?: 200 | 404 | 422 }

export function servicesRoutes(parts: ConsoleParts): Hono<ConsoleEnv> {
  const { services } = parts
  const byOf = (c: Context<ConsoleEnv>) => ({ actor: actorOf(c), reason: null })

  const names = () => new Map(parts.directory.all().map(({ id, name }) => [id, name]))

  const all = async (c: Context<ConsoleEnv>, error: string | null, status: 200 | 422) => {
    const shown = {
      services: await services.list(),
      names: names(),
      error,
      mayAct: mayAct(c),
      frame: frameOf(c, parts),
    }
    return c.html(servicesPage(shown), status)
  }

  async function one(c: Context<ConsoleEnv>, id: string, { made, error, status = 200 }: Answer = {}) {
    const [service, keys] = await Promise.all([services.find(id), services.keys(id)])
    if ('refused' in service || 'refused' in keys) return all(c, 'There is no such service.', 422)
    const answer = { made: made ?? null, error: error ?? null }
    return c.html(
      servicePage({ service, names: names(), keys, ...answer, mayAct: mayAct(c), frame: frameOf(c, parts) }),
      status,
    )
  }

  /** `null`: as the server has it. */
  async function set(c: Context<ConsoleEnv>, id: string, setting: string, text: string | null) {
    const changed = await services.update(id, { settings: { [setting]: text } }, byOf(c))
    return 'refused' in changed ? one(c, id, { error: detailOf(changed), status: 422 }) : c.redirect(id, 303)
  }

  return new Hono<ConsoleEnv>()
    .get('/services', (c) => all(c, null, 200))
    .post('/services', operatorsOnly(parts), async (c) => {
      const { name = '' } = await readForm(c)
      const created = await services.create({ name }, byOf(c))
      return 'refused' in created ? all(c, detailOf(created), 422) : c.redirect(created.id, 303)
    })
    .get('/:id{svc_[\\w-]{1,64}}', (c) => one(c, c.req.param('id')))
    .post('/service-message', operatorsOnly(parts), async (c) => {
      const { service = '', channel = '', locale = '', text = '' } = await readForm(c)
      const known = [...MESSAGE_SETTINGS].find(([, of]) => of.channel === channel && of.locale === locale)
      return known
        ? set(c, service, known[0], text)
        : one(c, service, { error: 'There is no such language.', status: 422 })
    })
    .post('/service-setting', operatorsOnly(parts), async (c) => {
      const { service = '', setting = '', text } = await readForm(c)
      const isOurs = setting === LOCALE_SETTING || MESSAGE_SETTINGS.has(setting)
      return isOurs
        ? set(c, service, setting, text || null)
        : one(c, service, { error: 'There is no such setting here.', status: 422 })
    })
    .post('/keys', operatorsOnly(parts), async (c) => {
      const { service = '', act = '', key = '', name = '', scopes = '' } = await readForm(c)
      if (act === 'delete') {
        const refusal = await services.removeKey(service, key, byOf(c))
        return refusal ? one(c, service, { error: detailOf(refusal), status: 422 }) : c.redirect(service, 303)
      }
      const made =
        act === 'rotate'
          ? await services.rotateKey(service, key, OVERLAP_SECONDS, byOf(c))
          : await services.addKey(service, { name, scopes: scopesOf(scopes) }, byOf(c))
      if ('refused' in made) return one(c, service, { error: detailOf(made), status: 422 })
      return one(c, service, { made: made.apiKey })
    })
}

function scopesOf(text: string): Scope[] {
  return (Object.hasOwn(SCOPES, text) ? SCOPES[text] : undefined) ?? ['create', 'read']
}

function detailOf({ detail }: Refusal): string {
  return detail ?? 'This was refused.'
}
