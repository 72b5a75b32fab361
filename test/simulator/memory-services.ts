// The services in memory, as a run needs them: the first one, and no operator who changes anything.

import { FIRST_SERVICE, type ServiceRow, type ServiceStore } from '../../src/store/services.ts'

export function memoryServices(now: () => number): ServiceStore {
  const rows: ServiceRow[] = []
  const none = async (): Promise<never> => {
    throw new Error('A run of the simulator has one service.')
  }
  return {
    async ensureFirst() {
      if (rows.length > 0) return
      const createdAt = new Date(now()).toISOString()
      rows.push({
        id: FIRST_SERVICE,
        name: null,
        settings: {},
        webhookSecrets: null,
        secretId: null,
        version: 1,
        createdAt,
        deletedAt: null,
      })
    },
    revision: async () => 1,
    load: async () => ({ services: rows, keys: [] }),
    findKey: async () => null,
    noteUse: async () => {},
    sweep: async () => {},
    create: none,
    update: none,
    remove: none,
    list: none,
    keys: none,
    addKey: none,
    rotateKey: none,
    removeKey: none,
    setWebhookSecrets: none,
  }
}
