// What the services are called on the pages.

import type { KnownService } from '../services/service-directory.ts'
import { CONSOLE_SERVICE } from '../store/operator-schema.ts'
import { FIRST_SERVICE } from '../store/services.ts'

/** Of several with one name each has its id behind it. */
export type ServiceNames = {
  /** `null`: there has never been a second one, so that no name is needed. Of one that is not known its id. */
  of(id: string): string | null
  /** With the name behind each id of one, where there are several. */
  inText(text: string): string
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
  const plain = new Map(services.map((service) => [service.id, nameOf(service)]))
  return {
    of: (id) => (isAlone ? null : (names.get(id) ?? id)),
    inText: (text) =>
      isAlone ? text : text.replace(SERVICE_ID, (id) => (plain.has(id) ? `${id} (${plain.get(id)})` : id)),
    all: isAlone ? [] : known.toSorted((a, b) => Number(b.isFirst) - Number(a.isFirst) || a.name.localeCompare(b.name)),
  }
}

const SERVICE_ID = /\bsvc_[\w-]+/g

function repeated(names: readonly string[]): Set<string> {
  return new Set(names.filter((name, index) => names.indexOf(name) !== index))
}

function nameOf({ name, deleted }: Named): string {
  return deleted ? `${name} (deleted)` : name
}
