import { Button, ComboBox, Input, ListBox, Popover, Tag, TagGroup, TagList } from 'react-aria-components'
import { useId, useMemo } from 'react'
import { useMessages } from '../i18n/messages'
import fields from './fields.module.css'
import { FirstMatch } from './first-match'
import { isLookedFor, languageEntries, languageName, type LanguageEntry } from './language-names'
import { LanguageOption } from './language-option'
import type { SeveralLanguagesProps } from './language-picker'
import picker from './language-picker.module.css'

/** The combo box of `LanguagesPicker`, with the chosen languages as tags before it. */
export function SeveralLanguages(props: SeveralLanguagesProps) {
  const { label, languages, value, onChange, description, isDisabled } = props
  const { t, locale } = useMessages()
  const entries = useMemo(
    () => languageEntries(languages.filter((tag) => !value.includes(tag)), locale),
    [languages, value, locale],
  )
  const byName = useMemo(() => new Map(entries.map((entry) => [entry.name, entry])), [entries])
  const labelId = useId()
  return (
    <div className={fields.field}>
      <span id={labelId} className={fields.label}>
        {label}
      </span>
      <div className={picker.several}>
        {/* Outside of the combo box, which takes the tags in it for options. */}
        <Chosen {...props} />
        <ComboBox
          className={picker.search}
          aria-labelledby={labelId}
          selectionMode="multiple"
          defaultItems={entries}
          value={value}
          onChange={(keys) => {
            onChange(keys.map(String))
          }}
          defaultFilter={(name, typed) => {
            const entry = byName.get(name)
            return entry !== undefined && isLookedFor(entry, typed)
          }}
          menuTrigger="focus"
          allowsEmptyCollection
          isDisabled={isDisabled}
        >
          <FirstMatch />
          <Input className={picker.typed} placeholder={t(value.length === 0 ? 'home.languages.choose' : 'home.languages.add')} />
          <Button className={picker.open}>
            <span aria-hidden="true">▾</span>
          </Button>
          <Popover className={picker.popover}>
            <ListBox<LanguageEntry> className={picker.list} renderEmptyState={() => <p className={picker.nothing}>{t('home.languages.nothing')}</p>}>
              {(entry) => <LanguageOption id={entry.tag} entry={entry} />}
            </ListBox>
          </Popover>
        </ComboBox>
      </div>
      {description !== undefined && <span className={fields.description}>{description}</span>}
    </div>
  )
}

function Chosen({ label, value, onChange }: SeveralLanguagesProps) {
  const { t, locale } = useMessages()
  if (value.length === 0) return null
  return (
    <TagGroup
      aria-label={t('home.languages.chosen', { label })}
      onRemove={(keys) => {
        onChange(value.filter((tag) => !keys.has(tag)))
      }}
    >
      <TagList className={picker.tags}>
        {value.map((tag) => (
          <Tag key={tag} id={tag} textValue={languageName(tag, locale)} className={picker.tag}>
            {languageName(tag, locale)}
            <Button slot="remove" className={picker.remove} aria-label={t('home.languages.remove', { name: languageName(tag, locale) })}>
              <span aria-hidden="true">✕</span>
            </Button>
          </Tag>
        ))}
      </TagList>
    </TagGroup>
  )
}
