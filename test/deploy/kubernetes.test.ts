// deploy/kubernetes against the types of the Kubernetes API, and against what the code says.

import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Deployment } from 'kubernetes-types/apps/v1.d.ts'
import type { Job } from 'kubernetes-types/batch/v1.d.ts'
import type { PodSpec, Probe, Secret, Service } from 'kubernetes-types/core/v1.d.ts'
import type { Ingress, NetworkPolicy } from 'kubernetes-types/networking/v1.d.ts'
import type { PodDisruptionBudget } from 'kubernetes-types/policy/v1.d.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { DEADLINES } from '../../src/time/deadlines.ts'
import { neededMiB, PORT, ROOT, ROUTED_ON, readText, readYaml, WAITED_FOR } from './deployment-files.ts'
import { type Manifest, manifestFaults } from './kubernetes-types.ts'

const FOLDERS = ['deploy/kubernetes', 'deploy/kubernetes/examples']
const manifests = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => readYaml<Manifest>(`${folder}/${name}`)),
)

function only<Kind>(kind: string): Kind {
  const found = manifests.filter((manifest) => manifest.kind === kind)
  assert.equal(found.length, 1, kind)
  return found[0] as Kind
}

const deployment = only<Deployment>('Deployment')
const pod = deployment.spec!.template.spec!
const job = only<Job>('Job').spec!.template.spec!

describe('the manifests', () => {
  test('are what the Kubernetes API takes', () => {
    assert.equal(manifests.length, 7)
    assert.equal(manifestFaults(manifests), '')
  })

  test('would not be with a misspelt field, a wrong type or a missing one', () => {
    const change = (make: (wrong: Deployment) => void) => {
      const wrong = structuredClone(deployment)
      make(wrong)
      return manifestFaults([wrong as Manifest])
    }
    assert.match(
      change((wrong) => Object.assign(wrong.spec!, { replica: 2 })),
      /"replica"' does not exist/,
    )
    assert.match(
      change((wrong) => Object.assign(wrong.spec!, { replicas: '2' })),
      /Type 'string' is not assignable/,
    )
    assert.match(
      change((wrong) => Reflect.deleteProperty(wrong.spec!, 'selector')),
      /Property 'selector' is missing/,
    )
    const [container] = structuredClone(pod.containers)
    Object.assign(container!.startupProbe!, { periodSecond: 2 })
    assert.match(
      change((wrong) => Object.assign(wrong.spec!.template.spec!, { containers: [container] })),
      /"periodSecond"' does not exist/,
    )
  })
})

const port = pod.containers[0]!.ports![0]!

test('two instances run, and one stays through a roll-out and a drained node', () => {
  assert.equal(deployment.spec!.replicas, 2)
  assert.equal(deployment.spec!.strategy!.rollingUpdate!.maxUnavailable, 0)
  assert.equal(only<PodDisruptionBudget>('PodDisruptionBudget').spec!.minAvailable, 1)
})

test('whoever selects the pods selects those of the deployment', () => {
  const { matchLabels } = deployment.spec!.selector
  assert.deepEqual(deployment.spec!.template.metadata!.labels, matchLabels)
  assert.deepEqual(only<Service>('Service').spec!.selector, matchLabels)
  assert.deepEqual(only<PodDisruptionBudget>('PodDisruptionBudget').spec!.selector!.matchLabels, matchLabels)
  assert.deepEqual(only<NetworkPolicy>('NetworkPolicy').spec!.podSelector.matchLabels, matchLabels)
})

test('requests come by the ingress and the service to the port that the server listens on', () => {
  const { env } = pod.containers[0]!
  assert.equal(port.containerPort, PORT)
  assert.deepEqual(env, [{ name: 'PORT', value: String(PORT) }])
  const service = only<Service>('Service')
  const [servicePort] = service.spec!.ports!
  assert.equal(servicePort!.targetPort, port.name)
  const [rule] = only<Ingress>('Ingress').spec!.rules!
  const { service: backend } = rule!.http!.paths[0]!.backend
  assert.deepEqual(backend, { name: service.metadata!.name, port: { name: servicePort!.name } })
  const [allowed] = only<NetworkPolicy>('NetworkPolicy').spec!.ingress!
  assert.deepEqual(allowed!.ports, [{ port: port.name }])
})

test('requests and restarts depend on the process alone, and a roll-out on the database too', () => {
  const { startupProbe, readinessProbe, livenessProbe } = pod.containers[0]!
  const asked = (probe?: Probe) => [probe!.httpGet!.path, probe!.httpGet!.port]
  assert.deepEqual(asked(startupProbe), [WAITED_FOR, port.name])
  assert.deepEqual(asked(readinessProbe), [ROUTED_ON, port.name])
  assert.deepEqual(asked(livenessProbe), [ROUTED_ON, port.name])
  const seconds = (probe?: Probe) => probe!.periodSeconds! * probe!.failureThreshold!
  assert.ok(seconds(readinessProbe) * 1000 < DEADLINES.notReady, 'a stop is seen before it takes no more requests')
  assert.ok(seconds(startupProbe) >= 60, 'migrations come before the first answer')
})

test('a stop has the time that it takes', () => {
  assert.ok(pod.terminationGracePeriodSeconds! * 1000 > DEADLINES.stop)
})

test('an instance may take the memory that was measured', () => {
  const [, gibibytes] = /^(\d+)Gi$/.exec(String(pod.containers[0]!.resources!.limits!.memory))!
  assert.ok(Number(gibibytes) * 1024 >= neededMiB(), `${neededMiB()} MiB`)
})

test('no container is privileged, or writes to its own files', () => {
  const spec = (podSpec: PodSpec) => ({ ...podSpec.securityContext, ...podSpec.containers[0]!.securityContext })
  for (const podSpec of [pod, job]) {
    assert.deepEqual(spec(podSpec), {
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    assert.equal(podSpec.automountServiceAccountToken, false)
  }
})

test('the migration is the one that npm runs, in the same image', () => {
  const [container] = job.containers
  assert.equal(`exec ${container!.args!.join(' ')}`, JSON.parse(readText('package.json')).scripts.migrate)
  assert.equal(container!.image, pod.containers[0]!.image)
})

test('the secret is the one that the pods read; it names settings that there are, and has no value', () => {
  const secret = only<Secret>('Secret')
  assert.deepEqual(pod.containers[0]!.envFrom, [{ secretRef: { name: secret.metadata!.name } }])
  for (const [name, value] of Object.entries(secret.stringData!)) {
    assert.ok(name in SETTINGS, name)
    assert.equal(value, '', name)
  }
})
