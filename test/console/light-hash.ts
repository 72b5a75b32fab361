// A password as it is kept, hashed at a thousandth of the cost: each sign-in of a test would take a third of a second of
// processor time. The accounts of operator-sign-in.test.ts, which the command makes, have the full cost.

import { hashPassword } from '../../src/console/password.ts'

export const lightHash = (password: string) => hashPassword(password, { ln: 5, r: 8, p: 1 })
