// What the services are called on the pages.

import type { KnownService } from '../services/service-directory.ts'
import { CONSOLE_SERVICE } from '../store/operator-schema.ts'
import { FIRST_SERVICE } from '../store/services.ts'

/** Of several with one name each has its id behind it. */
export type ServiceNames = {
  /** `null`: there has never been a second one, so that no name is needed. Of one that is not known its id. */
  of(id: string): string | null
  /** To choose from; empty where there is one alone. */
  all: { id: string; name: string }[]
}

type Named = Pick<KnownService, 'id' | 'name' | 'deleted'>

export function serviceNames(services: readonly Named[]): ServiceNames {
  const isAlone = services.length <= 1
  const shared = repeated([CONSOLE_SERVICE, ...services.map(nameOf)])
  const known = services.map((service) => ({
    id: service.id,
    name: shared.has(nameOf(service)) ? `${nameOf(service)} (${service.id})` : nameOf(service),
    isFirst: service.id === FIRST_SERVICE,
  }))
  const names = new Map(known.map(({ id, name }) => [id, name]))
  return {
    of: (id) => (isAlone ? null : (names.get(id) ?? id)),
    all: isAlone ? [] : known.toSorted((a, b) => Number(b.isFirst) - Number(a.isFirst) || a.name.localeCompare(b.name)),
  }
}

function repeated(names: readonly string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index))
}

function nameOf({ name, deleted }: Named): string {
  return deleted ? `${name} (deleted)` : name
}
