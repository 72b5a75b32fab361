// The guides whose apps the demo does again, in the order of their rows in docs/seeds.md.

import { authenticatorAndText } from './authenticator-and-text.ts'
import { codeByTextOrCall } from './code-by-text-or-call.ts'
import { codeOnThePage } from './code-on-the-page.ts'
import { requestAndValidate } from './request-and-validate.ts'
import type { Guide } from './row.ts'
import { textThenCall } from './text-then-call.ts'

export const GUIDES: readonly Guide[] = [
  codeByTextOrCall,
  codeOnThePage,
  requestAndValidate,
  authenticatorAndText,
  textThenCall,
]
