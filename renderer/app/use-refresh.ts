import { useMutation } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { queries } from '../bridge/queries.ts';
import { notifyFailure } from '../lib/notify.ts';
import { hostOfPath } from '../lib/routes.ts';

/** Polls the host of a host's page; on the other pages, all hosts. */
export function useRefresh() {
  const [place] = useLocation();
  const hostId = hostOfPath(place);
  const { mutate, isPending } = useMutation(queries.hosts.refresh.mutationOptions({ onError: notifyFailure }));
  return {
    refresh: () => mutate(hostId === undefined ? {} : { ids: [hostId] }),
    refreshAll: () => mutate({}),
    refreshing: isPending,
    what: hostId === undefined ? 'all hosts' : 'this host',
  };
}
