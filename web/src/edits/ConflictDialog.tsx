import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { Window } from '../ui/Window'
import type { Conflict } from './conflict'
import styles from './conflict.module.css'

/** Two texts for one line, and which of them stays. */
export default function ConflictDialog({ conflict }: { conflict: Conflict }) {
  const { t } = useMessages()
  const texts = [
    { who: 'mine', title: t('lines.conflict.mine'), text: conflict.mine },
    { who: 'theirs', title: t('lines.conflict.theirs'), text: conflict.theirs },
  ] as const
  return (
    <Window
      title={t('lines.conflict.title')}
      onClose={() => {
        conflict.decide('mine')
      }}
      role="alertdialog"
    >
      <p>{t('lines.conflict.text')}</p>
      {texts.map(({ who, title, text }) => (
        <section key={who} className={styles.text}>
          <h3>{title}</h3>
          <p lang={conflict.language} dir="auto">
            {text}
          </p>
          <Button
            className={who === 'mine' ? buttons.quiet : buttons.plain}
            onPress={() => {
              conflict.decide(who)
            }}
          >
            {who === 'mine' ? t('lines.conflict.keepMine') : t('lines.conflict.takeTheirs')}
          </Button>
        </section>
      ))}
    </Window>
  )
}
