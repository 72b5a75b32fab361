// The drawing above the sentence: a handset that rings, a message, a mark. Decoration, so hidden from screen readers.

import { element, svg } from './dom.ts'

const HANDSET =
  'M47.6 41.8c-2.6 0-5.4 2.6-5.4 6.6 0 15.9 13.5 29.4 29.4 29.4 4 0 6.6-2.8 6.6-5.4v-5.1a2.6 2.6 0 0 0-1.9-2.5l-6.6-1.9a2.6 2.6 0 0 0-2.6.7l-2.7 2.8c-4.9-2.4-8.4-5.9-10.8-10.8l2.8-2.7a2.6 2.6 0 0 0 .7-2.6l-1.9-6.6a2.6 2.6 0 0 0-2.5-1.9z'

export function figure(): HTMLElement {
  const circle = (name: string) => svg('circle', { class: name, cx: '60', cy: '60', r: '38' })
  const path = (name: string, d: string) => svg('path', { class: name, d })
  return element(
    'div',
    { class: 'figure', part: 'figure', 'aria-hidden': 'true' },
    svg(
      'svg',
      { viewBox: '0 0 120 120', width: '120', height: '120' },
      circle('ring far'),
      circle('ring near'),
      circle('disc'),
      path('handset', HANDSET),
      path('letter', 'M42 48.5h36v22H59l-8 7.5v-7.5h-9z'),
      path('mark approved', 'M45 61l10.5 10.5L76 50'),
      path('mark refused', 'M48 48l24 24M72 48L48 72'),
      path('mark over', 'M60 43v20M60 74.5v.5'),
    ),
  )
}
