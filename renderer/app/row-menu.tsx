import { Menu } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { useConsolePart } from '../bridge/console-state.ts';
import { copiedCommands } from '../lib/copied-commands.ts';
import { closeDialog } from '../lib/dialog-store.ts';
import { copyText } from '../lib/notify.ts';
import { hostOfPath, hostPath, imagePath } from '../lib/routes.ts';
import { isTyping } from '../lib/shortcuts.ts';
import classes from './row-menu.module.css';

type Opened = { x: number; y: number; imageId: string | undefined; hostId: string | undefined };

const none: never[] = [];

/**
 * The context menu of rows, on a right click or the menu key: it opens the subject of a row, and copies its id and
 * commands. A row names its subject by its links, or by the attributes of its cells. Shift shows the browser's own
 * menu.
 */
export function RowMenu() {
  const [opened, setOpened] = useState<Opened>();
  const hosts = useConsolePart((state) => state.hosts) ?? none;
  const [place, go] = useLocation();
  useEffect(() => {
    const onContextMenu = (event: MouseEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null;
      if (event.shiftKey || isTyping(target) || window.getSelection()?.isCollapsed === false) return;
      const imageId = idNear(target, 'data-image-id');
      const hostId = idNear(target, 'data-host-id') ?? (imageId === undefined ? undefined : hostOfPath(place));
      if (imageId === undefined && hostId === undefined) return;
      event.preventDefault();
      const box = target?.getBoundingClientRect();
      // The menu key has no pointer.
      const [x, y] =
        event.clientX + event.clientY > 0 || !box ? [event.clientX, event.clientY] : [box.left, box.bottom];
      setOpened({ x, y, imageId, hostId });
    };
    document.addEventListener('contextmenu', onContextMenu);
    return () => document.removeEventListener('contextmenu', onContextMenu);
  }, [place]);
  if (!opened) return null;
  const { imageId, hostId } = opened;
  const host = hosts.find(({ id }) => id === hostId);
  const open = (path: string) => () => {
    closeDialog();
    go(path);
  };
  const copy = (text: string, what: string) => () => {
    copyText(text, what);
  };
  return (
    <Menu opened onClose={() => setOpened(undefined)} position="bottom-start" offset={0} width={360}>
      <Menu.Target>
        <span className={classes.anchor} style={{ left: opened.x, top: opened.y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label="Actions of the row">
        {imageId === undefined ? null : <Menu.Item onClick={open(imagePath(imageId))}>Open image</Menu.Item>}
        {host ? <Menu.Item onClick={open(hostPath(host.id))}>Open {host.name}</Menu.Item> : null}
        {imageId === undefined ? null : <Menu.Item onClick={copy(imageId, 'ID')}>Copy ID</Menu.Item>}
        {imageId === undefined && host ? (
          <Menu.Item onClick={copy(host.address, 'Address')}>Copy address</Menu.Item>
        ) : null}
        <Menu.Divider />
        {copiedCommands({
          imageId,
          hostAddress: host?.address,
          legacy: host?.capabilities?.dialect === 'legacy',
        }).map(({ label, command }) => (
          <Menu.Item key={label} onClick={copy(command, 'Command')}>
            <span className={classes.command}>
              {label}
              <code className="mono faint cut">{command}</code>
            </span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The id of an element, or of its cell, or otherwise the only one of its row. */
function idNear(target: HTMLElement | null, attribute: string): string | undefined {
  const own = target?.closest(`[${attribute}]`)?.getAttribute(attribute);
  if (own) return own;
  const row = target?.closest('tbody tr, li, [role="row"]');
  const ids = new Set([...(row?.querySelectorAll(`[${attribute}]`) ?? [])].map((each) => each.getAttribute(attribute)));
  return ids.size === 1 ? ([...ids][0] ?? undefined) : undefined;
}
