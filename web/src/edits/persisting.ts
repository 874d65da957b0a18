import { problemOf } from '../api/problem'
import { Store } from '../ui/store'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 15_000

/** Whether something waits to be saved because the server cannot be reached. */
export const offlineStore = new Store(false)

/** What `call` answers, however long the server cannot be reached. Throws every other `Problem`. */
export async function persist<T>(call: () => Promise<T>): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
    try {
      const answered = await call()
      offlineStore.set(false)
      return answered
    } catch (thrown) {
      const problem = problemOf(thrown)
      if (problem.status !== 0) {
        offlineStore.set(false)
        throw problem
      }
      offlineStore.set(true)
      await connected(waitMs)
    }
  }
}

/** Resolves after a while, or as soon as the browser is online again. */
function connected(waitMs: number): Promise<void> {
  return new Promise((resolve) => {
    const again = () => {
      clearTimeout(timer)
      removeEventListener('online', again)
      resolve()
    }
    const timer = setTimeout(again, waitMs)
    addEventListener('online', again)
  })
}
