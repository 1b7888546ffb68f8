import { Menu } from '@mantine/core';
import type { HostSummary } from '../../../electron/contract/fleet.ts';
import { Button, type WhyNot } from '../../components/button.tsx';
import { openDialog } from '../../lib/dialog-store.ts';
import { useWhyNotLike } from '../make-like/make-like-hosts.tsx';

/** What is done to a host more rarely. */
export function MoreMenu({ host }: { host: HostSummary }) {
  const { takes, gives } = useWhyNotLike();
  return (
    <Menu width={340}>
      <Menu.Target>
        <Button>More</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Item
          label="Make like another host…"
          about={`Queue on ${host.name} what another has and it lacks`}
          whyNot={takes(host)}
          onClick={() => openDialog({ kind: 'like', hostId: host.id })}
        />
        <Item
          label="Make another host like this one…"
          about={`Queue what ${host.name} has on a host that lacks it`}
          whyNot={gives(host)}
          onClick={() => openDialog({ kind: 'like', hostId: host.id, gives: true })}
        />
      </Menu.Dropdown>
    </Menu>
  );
}

type ItemProps = { label: string; about: string; whyNot: WhyNot | undefined; onClick: () => void };

/** What cannot be done is there all the same, and says why. */
function Item({ label, about, whyNot, onClick }: ItemProps) {
  return (
    <Menu.Item
      aria-disabled={whyNot !== undefined || undefined}
      closeMenuOnClick={whyNot === undefined}
      onClick={whyNot ? undefined : onClick}
    >
      <span className="more-item" data-off={whyNot ? true : undefined}>
        {label}
        <span className="dim">{whyNot ? `${whyNot.reason} ${whyNot.remedy}` : about}</span>
      </span>
    </Menu.Item>
  );
}
