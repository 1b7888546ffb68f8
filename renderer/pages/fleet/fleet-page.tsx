import { PageHeader } from '../../components/page-header.tsx';

/** Every host at a glance. */
export function FleetPage() {
  return (
    <div className="page">
      <PageHeader title="Fleet" />
    </div>
  );
}
