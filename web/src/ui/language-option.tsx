import { ListBoxItem } from 'react-aria-components'
import type { LanguageEntry } from './language-names'
import picker from './language-picker.module.css'

/** A language in a list: its name here, its own name, and its code. */
export function LanguageOption({ id, entry }: { id: string; entry: LanguageEntry }) {
  return (
    <ListBoxItem id={id} textValue={entry.name} className={picker.option}>
      <span>{entry.name}</span>
      {entry.ownName !== '' && (
        <span className={picker.more}>
          {entry.ownName !== entry.name && (
            <span lang={entry.tag} dir="auto">
              {entry.ownName}
            </span>
          )}
          <span className={picker.code}>{entry.tag}</span>
        </span>
      )}
    </ListBoxItem>
  )
}
