import { Button, ComboBox, Input, Label, ListBox, Popover, Text } from 'react-aria-components'
import { useMemo } from 'react'
import { useMessages } from '../i18n/messages'
import fields from './fields.module.css'
import { FirstMatch } from './first-match'
import { isLookedFor, languageEntries, type LanguageEntry } from './language-names'
import { LanguageOption } from './language-option'
import type { OneLanguageProps } from './language-picker'
import picker from './language-picker.module.css'

// The tag of no language in particular.
const NONE = 'und'

/** The combo box of `LanguagePicker`. */
export function OneLanguage({ label, languages, value, onChange, none, description, isDisabled }: OneLanguageProps) {
  const { t, locale } = useMessages()
  const entries = useMemo(() => entriesOf(languages, locale, none), [languages, locale, none])
  const byName = useMemo(() => new Map(entries.map((entry) => [entry.name, entry])), [entries])
  return (
    <ComboBox
      className={fields.field}
      defaultItems={entries}
      value={value ?? (none === undefined ? null : NONE)}
      onChange={(key) => {
        if (key !== null || none !== undefined) onChange(key === null || key === NONE ? null : String(key))
      }}
      defaultFilter={(name, typed) => isOffered(byName.get(name), typed)}
      menuTrigger="focus"
      allowsEmptyCollection
      isDisabled={isDisabled}
    >
      <FirstMatch without={entries.find((entry) => entry.tag === (value ?? NONE))?.name} />
      <Label>{label}</Label>
      <div className={picker.box}>
        <Input className={fields.input} />
        <Button className={picker.open}>
          <span aria-hidden="true">▾</span>
        </Button>
      </div>
      {description !== undefined && (
        <Text slot="description" className={fields.description}>
          {description}
        </Text>
      )}
      <Popover className={picker.popover}>
        <ListBox<LanguageEntry> className={picker.list} renderEmptyState={() => <p className={picker.nothing}>{t('home.languages.nothing')}</p>}>
          {(entry) => <LanguageOption id={entry.tag} entry={entry} />}
        </ListBox>
      </Popover>
    </ComboBox>
  )
}

function entriesOf(languages: readonly string[], locale: string, none: string | undefined): LanguageEntry[] {
  const entries = languageEntries(languages, locale)
  return none === undefined ? entries : [{ tag: NONE, name: none, ownName: '' }, ...entries]
}

function isOffered(entry: LanguageEntry | undefined, typed: string): boolean {
  return entry !== undefined && isLookedFor(entry, typed)
}
