import { Modal } from '@mantine/core';
import { Key } from '../components/keyboard-key.tsx';
import { useShortcutGroups } from '../lib/shortcuts.ts';
import classes from './shortcut-sheet.module.css';

/** Lists the shortcuts of the current page. */
export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const groups = useShortcutGroups().filter(({ shortcuts }) => shortcuts.length > 0);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keyboard shortcuts"
      size={620}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <div className={classes.sheet}>
        {groups.map((group) => (
          <section key={group.name}>
            <h3>{group.name}</h3>
            <dl>
              {group.shortcuts.map((shortcut) => (
                <div key={`${shortcut.keys} ${shortcut.label}`}>
                  <dt>{shortcut.label}</dt>
                  <dd>
                    <Key keys={shortcut.keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
