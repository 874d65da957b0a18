import { useQueryClient } from '@tanstack/react-query'
import { Button } from 'react-aria-components'
import type { Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import buttons from '../../ui/buttons.module.css'
import { languageName } from '../../ui/language-names'
import { runTarget } from '../calls'
import { useChanging } from '../useChanging'
import work from './work.module.css'

/** Says that a language with lines has no dub yet, and begins one. */
export default function NotDubbedNotice({ target }: { target: Target }) {
  const { t, locale } = useMessages()
  const queries = useQueryClient()
  const change = useChanging()
  const language = languageName(target.language, locale)
  const begin = () => {
    change(() => runTarget(target.project, target.language).finally(() => queries.invalidateQueries({ queryKey: ['operations', target.project] })))
  }
  return (
    <section className={work.notice} aria-label={t('studio.work')}>
      <p>{t('studio.notDubbed', { language })}</p>
      <Button className={buttons.quiet} onPress={begin}>
        {t('studio.notDubbed.start', { language })}
      </Button>
    </section>
  )
}
