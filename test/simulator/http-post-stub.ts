// Stands where src/webhooks/http-post.ts opens a socket: the app's webhook endpoint is in the world of the run.

import type { Post } from '../../src/webhooks/http-post.ts'

let receiver: Post

export function deliverTo(by: Post): void {
  receiver = by
}

export function createPoster(): { post: Post; close(): void } {
  return { post: (...sent) => receiver(...sent), close: () => {} }
}
