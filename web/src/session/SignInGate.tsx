import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, type ReactNode } from 'react'
import { answer, api } from '../api/client'
import { problemOf } from '../api/problem'
import { useStore } from '../ui/store'
import { keyStore } from './key'

const SignIn = lazy(() => import('./SignIn'))

/** Shows its children to whoever may see them, and asks everybody else for a key. */
export function SignInGate({ children }: { children: ReactNode }) {
  const key = useStore(keyStore)
  const account = useQuery({
    queryKey: ['account', key],
    queryFn: () => answer(api.GET('/v1/account')),
    staleTime: 60_000,
  })
  const isRefused = account.error !== null && problemOf(account.error).status === 401
  if (!isRefused) return children
  return (
    <Suspense>
      <SignIn />
    </Suspense>
  )
}
