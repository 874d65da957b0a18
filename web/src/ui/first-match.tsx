import { use, useEffect } from 'react'
import { ComboBoxStateContext } from 'react-aria-components'

/** Stands in a combo box: the first of what fits is marked as one types, so that Enter takes it. */
export function FirstMatch({ without = '' }: { without?: string }) {
  const state = use(ComboBoxStateContext)
  const isSearching = state !== null && state.isOpen && state.inputValue !== '' && state.inputValue !== without
  const isUnmarked = isSearching && state.selectionManager.focusedKey === null
  const first = isUnmarked ? state.collection.getFirstKey() : null
  const chosen = state?.value
  // A tab commits what is marked, so what was just chosen must not stay marked.
  useEffect(() => {
    state?.selectionManager.setFocusedKey(null)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the state is another object at each render
  }, [chosen])
  useEffect(() => {
    if (state !== null && first !== null) state.selectionManager.setFocusedKey(first)
  }, [first, state])
  return null
}
