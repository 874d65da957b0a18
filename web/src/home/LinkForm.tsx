import { useState } from 'react'
import { Button, Checkbox, FieldError, Input, Label, Text, TextField } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { useStore } from '../ui/store'
import { draftLink, linkStore, newDub } from './current'
import styles from './home.module.css'
import { readLink } from './links'

/** A link in place of a file, with the word of whoever gives it. */
export function LinkForm() {
  const { t } = useMessages()
  const draft = useStore(linkStore)
  const [isLeft, setIsLeft] = useState(false)
  const read = readLink(draft.text)
  const isWritten = draft.text.trim() !== ''
  const isRefused = read.kind === 'refused' || (isLeft && isWritten && read.kind === 'unfinished')
  const isFollowed = read.kind === 'youtube' || read.kind === 'web'
  return (
    <section className={styles.link} aria-label={t('home.link.label')}>
      <p className={styles.or}>{t('home.or')}</p>
      <TextField
        className={fields.field}
        type="url"
        inputMode="url"
        autoComplete="off"
        value={draft.text}
        onChange={(text) => {
          setIsLeft(false)
          draftLink({ text })
        }}
        onBlur={() => {
          setIsLeft(true)
        }}
        isInvalid={isRefused}
      >
        <Label>{t('home.link.label')}</Label>
        <Input className={fields.input} dir="ltr" placeholder="https://www.youtube.com/watch?v=…" />
        <FieldError className={fields.error}>{t(read.kind === 'refused' ? read.why : 'home.link.unfinished')}</FieldError>
        {!isRefused && !isWritten && (
          <Text slot="description" className={fields.description}>
            {t('home.link.what')}
          </Text>
        )}
      </TextField>
      {isFollowed && <LinkWord isYoutube={read.kind === 'youtube'} url={read.url} />}
    </section>
  )
}

function LinkWord({ isYoutube, url }: { isYoutube: boolean; url: string }) {
  const { t } = useMessages()
  const { hasRights, useCaptions } = useStore(linkStore)
  return (
    <div className={styles.word}>
      <Checkbox
        className={fields.checkbox}
        isSelected={hasRights}
        onChange={(isTrue) => {
          draftLink({ hasRights: isTrue })
        }}
      >
        <span className={fields.box} aria-hidden="true" />
        {t('home.link.rights')}
      </Checkbox>
      {isYoutube && (
        <Checkbox
          className={fields.checkbox}
          isSelected={useCaptions}
          onChange={(isTrue) => {
            draftLink({ useCaptions: isTrue })
          }}
        >
          <span className={fields.box} aria-hidden="true" />
          {t('home.link.captions')}
        </Checkbox>
      )}
      <Button
        className={`${buttons.quiet} ${styles.fetch}`}
        isDisabled={!hasRights}
        onPress={() => void newDub.fetch({ url, use_captions: isYoutube && useCaptions })}
      >
        {t('home.link.fetch')}
      </Button>
    </div>
  )
}
