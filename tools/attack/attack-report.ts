// The generated part of docs/guard.md: what came of each part of the attack, and of the honest logins beside it.

import { ATTACKS, type AttackName } from './attack-plan.ts'
import type { Replay } from './replay-attack.ts'

const MARKED = /(<!-- attack:begin -->\n).*?(<!-- attack:end -->)/s

export function withReport(document: string, enforced: Replay, recorded: Replay): string {
  if (!MARKED.test(document)) throw new Error('docs/guard.md has no place for the report.')
  return document.replace(MARKED, (_, begin: string, end: string) => `${begin}\n${report(enforced, recorded)}\n${end}`)
}

export function report(enforced: Replay, recorded: Replay): string {
  const line = (name: AttackName | 'honest', title: string) => {
    const [on, noted] = [enforced.totals[name], recorded.totals[name]]
    return [title, on.asked, on.begun, on.asked - on.begun, noted.begun, noted.named]
  }
  const rows = [
    ['', 'asked for', 'begun', 'refused', 'begun', 'named'],
    ['---', '---:', '---:', '---:', '---:', '---:'],
    ...(Object.keys(ATTACKS) as AttackName[]).map((name) => line(name, ATTACKS[name])),
    line('honest', 'honest logins, 70 % of them verified'),
  ]
  const cost = ({ points }: Replay) => `$${points.at(-1)!.attackCost.toFixed(2)}`
  const same = enforced.named.join() === recorded.named.join()
  return [
    'Columns two to four with `enforce`, the last two with `record`. Premium and satellite numbers are refused by their kind, in both.',
    '',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `- The most deliveries that one prefix of the attack got: ${enforced.mostPerPrefix} with \`enforce\`, ${recorded.mostPerPrefix} with \`record\`.`,
    `- What the attack cost by the default rate deck: ${cost(enforced)} with \`enforce\`, ${cost(recorded)} with \`record\`.`,
    `- Of ${enforced.honest.wanted} honest logins that were to be verified, ${enforced.honest.verified} were with \`enforce\`, ${recorded.honest.verified} with \`record\`.`,
    `- \`record\` names ${same ? 'the same deliveries' : 'OTHER deliveries'} that \`enforce\` refuses, ${enforced.named.length} of them.`,
    `- The rules that stood in the end: ${enforced.trips.map((trip) => `\`${trip}\``).join(', ')}.`,
  ].join('\n')
}
