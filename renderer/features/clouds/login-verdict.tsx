import IconCircleCheck from '@tabler/icons-react/dist/esm/icons/IconCircleCheck.mjs';
import type { Identity } from '../../../electron/contract/clouds.ts';
import { Notice } from '../../components/notice.tsx';
import { RelativeTime } from '../../components/relative-time.tsx';
import { Tag } from '../../components/tag.tsx';
import '../../components/forms/forms.css';
import { roleVerdict } from './role-verdict.ts';

/** Who a login turned out to be, and what that means for the caches. */
export function LoginVerdict({ identity }: { identity: Identity }) {
  const verdict = roleVerdict(identity);
  return (
    <div className="form-verdict">
      <p className="form-verdict-head">
        <IconCircleCheck size={18} className="ok" aria-hidden="true" />
        <span>
          Logged in as <b>{identity.user}</b>
          {identity.project === null ? null : (
            <>
              {' '}
              in project <b>{identity.project}</b>
            </>
          )}
        </span>
      </p>
      <dl className="form-facts">
        <dt>Roles</dt>
        <dd className="form-option-tags">
          {identity.roles.length === 0 ? 'none' : null}
          {identity.roles.map((role) => (
            <Tag key={role} tone={role.toLowerCase() === 'admin' ? 'ok' : 'plain'}>
              {role}
            </Tag>
          ))}
        </dd>
        {verdict.admin ? (
          <>
            <dt>Rights</dt>
            <dd>{verdict.text}</dd>
          </>
        ) : null}
        {identity.expiresAt === null ? null : (
          <>
            <dt>Token</dt>
            <dd>
              expires <RelativeTime time={identity.expiresAt} />, and is renewed by itself
            </dd>
          </>
        )}
      </dl>
      {verdict.admin ? null : (
        <Notice tone="warn">
          <b>{verdict.heading}.</b> {verdict.text}
        </Notice>
      )}
    </div>
  );
}
