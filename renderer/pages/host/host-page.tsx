import { PageHeader } from '../../components/page-header.tsx';

/** One host: what it has cached and queued. */
export function HostPage({ hostId }: { hostId: string }) {
  return (
    <div className="page">
      <PageHeader title={hostId} />
    </div>
  );
}
