// The services as commands name them, which is as the console does.

import type { Values } from '../config/settings.ts'
import { type ServiceNames, serviceNames } from '../console/service-names.ts'
import type { Database } from '../store/database.ts'
import { serviceStore } from '../store/services.ts'

export async function knownServiceNames(
  database: Database,
  { SERVICE_NAME: own = 'the first service' }: Pick<Values, 'SERVICE_NAME'>,
): Promise<ServiceNames> {
  const { services } = await serviceStore(database).load()
  return serviceNames(
    services.map(({ id, name, deletedAt }) => ({ id, name: name ?? own, deleted: deletedAt !== null })),
  )
}
