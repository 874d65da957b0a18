import { Store } from '../ui/store'

/** How new dubs begin, in this browser. `targets` null: a sensible one is taken. */
export interface NewDubs {
  targets: readonly string[] | null
  keepBackground: boolean
}

const NAME = 'dubwright.newDubs'
const TAG = /^[a-z]{2,3}([-_][a-z0-9]{2,4}){0,2}$/i

export const newDubsStore = new Store<NewDubs>(newDubsOf(localStorage.getItem(NAME)))

newDubsStore.subscribe(() => {
  localStorage.setItem(NAME, JSON.stringify(newDubsStore.get()))
})

/** What was kept, without what no page can have kept. */
export function newDubsOf(kept: string | null): NewDubs {
  const told = parsed(kept)
  const targets = Array.isArray(told['targets']) ? told['targets'].filter(isTag) : []
  return { targets: targets.length === 0 ? null : targets, keepBackground: told['keepBackground'] !== false }
}

function parsed(kept: string | null): Record<string, unknown> {
  try {
    const told: unknown = JSON.parse(kept ?? '{}')
    return typeof told === 'object' && told !== null ? { ...told } : {}
  } catch {
    return {}
  }
}

function isTag(told: unknown): told is string {
  return typeof told === 'string' && TAG.test(told)
}
