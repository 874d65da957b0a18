import { infiniteQueryOptions, keepPreviousData, useQuery } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { operationQuery } from '../api/queries'
import type { Operation } from '../api/types'
import type { LibrarySearch } from './search'

const PAGE = 20
const POLLED_MS = 15_000

/** The projects that fit a search, newest first, page by page. */
export const libraryQuery = ({ q, state }: LibrarySearch) =>
  infiniteQueryOptions({
    queryKey: ['projects', 'library', q, state],
    queryFn: ({ pageParam }) =>
      answer(
        api.GET('/v1/projects', {
          params: { query: { limit: PAGE, search: q, state, cursor: pageParam } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  })

/** An operation as it is now: what is told live, and asked for where nothing is told. */
export function useLiveOperation(known: Operation | null): Operation | null {
  const isAtWork = known !== null && !known.done
  const asked = useQuery({
    ...operationQuery(known?.id ?? ''),
    enabled: isAtWork,
    initialData: known ?? undefined,
    refetchInterval: POLLED_MS,
  })
  return isAtWork ? (asked.data ?? known) : known
}
