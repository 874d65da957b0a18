import { useRef, useState } from 'react'
import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useShortcuts } from '../ui/shortcuts'
import { useStore } from '../ui/store'
import { changeView, viewStore } from './view'
import styles from './lines.module.css'

interface Props {
  shown: readonly Line[]
  /** The places in `shown` that have the text that is looked for. */
  places: readonly number[]
}

/** Finds a text in both languages, and goes from one place to the next. */
export function FindBox({ shown, places }: Props) {
  const { t } = useMessages()
  const { selectLine, selection } = useStudio()
  const { find } = useStore(viewStore)
  const [at, setAt] = useState(-1)
  const input = useRef<HTMLInputElement>(null)
  useShortcuts({
    find: () => {
      input.current?.focus()
      input.current?.select()
    },
  })
  const go = (steps: 1 | -1) => {
    const selected = selection.get()
    const here = shown.findIndex((line) => line.id === selected)
    const following = steps === 1 ? places.find((place) => place > here) : places.findLast((place) => place < (here === -1 ? Infinity : here))
    const place = following ?? (steps === 1 ? places[0] : places.at(-1))
    if (place === undefined) return
    setAt(place)
    const line = shown[place]
    if (line !== undefined) selectLine(line.id, { seek: true })
  }
  const nth = places.indexOf(at) + 1
  return (
    <div role="search" className={styles.find}>
      <input
        ref={input}
        type="search"
        className={styles.findText}
        aria-label={t('lines.find')}
        placeholder={t('lines.find')}
        dir="auto"
        value={find}
        onChange={(event) => {
          changeView({ find: event.target.value })
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
          event.preventDefault()
          go(event.shiftKey ? -1 : 1)
        }}
      />
      {find.trim() !== '' && (
        <>
          <span role="status" className={styles.count}>
            {nth > 0 ? t('lines.foundAt', { at: nth, n: places.length }) : t('lines.found', { n: places.length })}
          </span>
          <Button className={styles.step} aria-label={t('lines.findPrevious')} isDisabled={places.length === 0} onPress={() => { go(-1) }}>
            ↑
          </Button>
          <Button className={styles.step} aria-label={t('lines.findNext')} isDisabled={places.length === 0} onPress={() => { go(1) }}>
            ↓
          </Button>
        </>
      )}
    </div>
  )
}
