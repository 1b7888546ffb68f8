import { CopyButton, Skeleton } from '@mantine/core';
import { Button } from '../../components/button.tsx';
import { FactList } from '../../components/fact-list.tsx';
import { FailedNotice, NoticeList } from '../../components/notice.tsx';
import { useAbout } from '../clouds/cloud-queries.ts';
import classes from './settings.module.css';

/** The version of the console, and where it stores secrets, settings and the log. */
export function AboutSection() {
  const about = useAbout();
  if (about.isPending)
    return (
      <div role="status">
        <span className="hidden-text">Loading…</span>
        <Skeleton height={260} radius={9} />
      </div>
    );
  if (about.error) return <FailedNotice error={about.error} again={about.refetch} />;
  const { version, shell, platform, dataDirectory, settingsFile, logFile, secrets, notices } = about.data;
  return (
    <div className="stack">
      <NoticeList warnings={notices} />
      <div className={`panel ${classes.about}`}>
        <FactList>
          <dt>Version</dt>
          <dd>
            Glance Cache Console {version}
            <span className="dim">
              {' '}
              · {shell === 'desktop' ? 'desktop' : 'browser'}, {platform}
            </span>
          </dd>
          <dt>Secrets</dt>
          <dd>
            {secrets === 'keychain'
              ? 'Stored in the keychain of this computer'
              : 'Kept in memory only; required again after restart'}
          </dd>
          <PathFact name="Data directory" path={dataDirectory} />
          <PathFact name="Settings file" path={settingsFile} />
          <PathFact name="Log file" path={logFile} />
        </FactList>
        <p className="dim">
          The settings file contains clouds, hosts and preferences, never secrets. The console connects only to these
          clouds and hosts.
        </p>
      </div>
    </div>
  );
}

function PathFact({ name, path }: { name: string; path: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={classes.path}>
        <span className="mono">{path}</span>
        <CopyButton value={path}>
          {({ copied, copy }) => (
            <Button kind="quiet" onClick={copy} aria-label={`Copy the path of the ${name.toLowerCase()}`}>
              {copied ? 'Copied' : 'Copy'}
            </Button>
          )}
        </CopyButton>
      </dd>
    </>
  );
}
