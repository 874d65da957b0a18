import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useState } from 'react'
import { answer, api } from '../api/client'
import type { Operation, OperationEvent } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useLiveEvents } from '../live/context'
import { notificationsStore } from '../preferences/preferences'
import { keyStore } from '../session/key'
import { useStore } from '../ui/store'
import { progressOf, withEvent } from './progress'
import { isEnd, newsOf, type News } from './telling'
import { titleWith, type Progress } from './title'

const NOTHING: Progress = new Map()
const MOST = 20

/** Tells whoever looks elsewhere: how far the work is in the page's title, and when a dub is ready or failed. */
export function Notifications() {
  const { t } = useMessages()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [progress, setProgress] = useState<{ since: Progress; now: Progress }>({ since: NOTHING, now: NOTHING })
  const running = useRunning()
  if (running !== progress.since) setProgress({ since: running, now: running })
  useLiveEvents(
    useCallback((event: OperationEvent) => {
      setProgress(({ since, now }) => ({ since, now: withEvent(now, event) }))
    }, []),
  )
  useEffect(() => {
    document.title = titleWith(document.title, progress.now)
  })
  useEffect(
    () => () => {
      document.title = titleWith(document.title, NOTHING)
    },
    [],
  )
  useLiveEvents(
    useCallback(
      (event: OperationEvent) => {
        if (!isEnd(event) || !document.hidden || !mayTell()) return
        const open = (news: News) => void navigate({ to: '/p/$project', params: { project: news.project } })
        newsOf(event, queries, t).then((news) => {
          if (news !== null) notify(news, open)
        }, ignoreUnreachable)
      },
      [queries, navigate, t],
    ),
  )
  return null
}

/** What works already when the page is opened, and whenever something begins or ends. */
function useRunning(): Progress {
  const key = useStore(keyStore)
  const { data } = useQuery({
    queryKey: ['operations', 'running', key],
    queryFn: () => answer(api.GET('/v1/operations', { params: { query: { state: 'running', limit: MOST } } })),
    select: progressOfPage,
    structuralSharing: false,
  })
  return data ?? NOTHING
}

function progressOfPage({ items }: { items: Operation[] }): Progress {
  return progressOf(items.filter(({ project }) => project !== null))
}

function mayTell(): boolean {
  return notificationsStore.get() === 'on' && 'Notification' in window && Notification.permission === 'granted'
}

function notify(news: News, open: (news: News) => void): void {
  const notification = new Notification(news.title, { body: news.body, tag: news.tag, icon: '/icon.svg' })
  notification.onclick = () => {
    window.focus()
    open(news)
    notification.close()
  }
}

/** Whoever looks elsewhere learns it from the page; an unreachable server is told there. */
function ignoreUnreachable(): void {
  return
}
