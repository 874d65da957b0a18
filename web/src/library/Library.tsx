import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Button } from 'react-aria-components'
import { problemOf } from '../api/problem'
import { useMessages } from '../i18n/messages'
import page from '../shell/page.module.css'
import buttons from '../ui/buttons.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { LibraryFilter } from './LibraryFilter'
import { LibraryRow } from './LibraryRow'
import { Nothing } from './Nothing'
import { libraryQuery } from './queries'
import { librarySearch } from './search'
import styles from './library.module.css'

/** Every project of the account: what it is, how it stands, and what to do with it. */
export function Library() {
  const { t } = useMessages()
  const wanted = librarySearch(useSearch({ strict: false }))
  const asked = useInfiniteQuery(libraryQuery(wanted))
  const projects = asked.data?.pages.flatMap(({ items }) => items) ?? []
  const isNarrowed = wanted.q !== undefined || wanted.state !== undefined
  const isEmpty = asked.data !== undefined && projects.length === 0
  return (
    <div className={page.wide}>
      <div className={styles.top}>
        <h1>{t('library.title')}</h1>
        <Link to="/" className={buttons.primary}>
          {t('common.nav.new')}
        </Link>
      </div>
      {(!isEmpty || isNarrowed) && <LibraryFilter wanted={wanted} />}
      {asked.error !== null && <ProblemNotice problem={problemOf(asked.error)} onRetry={() => void asked.refetch()} />}
      {asked.isPending && <p className={styles.coming}>{t('common.loading')}</p>}
      <div role="status" className="visually-hidden">
        {isNarrowed && asked.data !== undefined && t('library.found', { n: projects.length })}
      </div>
      {isEmpty && <Nothing isNarrowed={isNarrowed} />}
      <ul className={styles.rows} data-waiting={asked.isPlaceholderData || undefined}>
        {projects.map((project) => (
          <LibraryRow key={project.id} project={project} />
        ))}
      </ul>
      {asked.hasNextPage && (
        <Button className={`${buttons.plain} ${buttons.large} ${styles.more}`} isPending={asked.isFetchingNextPage} onPress={() => void asked.fetchNextPage()}>
          {asked.isFetchingNextPage ? t('common.loading') : t('library.more')}
        </Button>
      )}
    </div>
  )
}
