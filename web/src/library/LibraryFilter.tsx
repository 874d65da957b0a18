import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { Input, Label, SearchField, ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import fields from '../ui/fields.module.css'
import { useShortcuts } from '../ui/shortcuts'
import { LONGEST_SEARCH, PROJECT_STATES, type LibrarySearch, type ProjectState } from './search'
import styles from './library.module.css'

const ALL = 'all'
const TYPED_MS = 250

/** The field to find a name in and the choice of a state; both stand in the page's address. */
export function LibraryFilter({ wanted }: { wanted: LibrarySearch }) {
  const { t } = useMessages()
  const navigate = useNavigate()
  const show = (search: LibrarySearch) => void navigate({ to: '/library', search, replace: true })
  return (
    <search className={styles.filter}>
      <NameField
        name={wanted.q ?? ''}
        onChange={(q) => {
          show({ ...wanted, q: q === '' ? undefined : q })
        }}
      />
      <ToggleButtonGroup
        className={styles.states}
        aria-label={t('library.state.label')}
        selectionMode="single"
        disallowEmptySelection
        selectedKeys={[wanted.state ?? ALL]}
        onSelectionChange={(keys) => {
          const [state] = keys
          show({ ...wanted, state: state === ALL ? undefined : (state as ProjectState) })
        }}
      >
        {[ALL, ...PROJECT_STATES].map((state) => (
          <ToggleButton key={state} id={state} className={styles.state}>
            {state === ALL ? t('library.state.all') : t(`library.state.${state as ProjectState}`)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </search>
  )
}

/** Tells what was typed once the typing rests, and follows the address when that changes otherwise. */
function NameField({ name, onChange }: { name: string; onChange: (name: string) => void }) {
  const { t } = useMessages()
  const [typed, setTyped] = useState(name)
  const [isTyping, setTyping] = useState(false)
  const [followed, setFollowed] = useState(name)
  const field = useRef<HTMLInputElement>(null)
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined)
  useShortcuts({ find: () => field.current?.focus() })
  if (name !== followed) {
    setFollowed(name)
    if (!isTyping && name !== typed.trim()) setTyped(name)
  }
  const type = (text: string) => {
    setTyped(text)
    setTyping(true)
    clearTimeout(rest.current)
    rest.current = setTimeout(() => {
      setTyping(false)
      onChange(text.trim())
    }, TYPED_MS)
  }
  return (
    <SearchField className={`${fields.field} ${styles.find}`} value={typed} onChange={type} maxLength={LONGEST_SEARCH}>
      <Label className="visually-hidden">{t('library.find')}</Label>
      <Input ref={field} className={fields.input} placeholder={t('library.find')} />
    </SearchField>
  )
}
