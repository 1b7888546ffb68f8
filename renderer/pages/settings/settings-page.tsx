import { PageHeader } from '../../components/page-header.tsx';

/** The page's place, until it is here. */
export function SettingsPage() {
  return (
    <div className="page">
      <PageHeader title="Settings" />
    </div>
  );
}
