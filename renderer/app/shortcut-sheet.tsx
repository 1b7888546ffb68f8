import { Button } from '../components/button.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Key } from '../components/keyboard-key.tsx';
import { useShortcutGroups } from '../lib/shortcuts.ts';
import classes from './shortcut-sheet.module.css';

/** Lists the shortcuts of the current page. */
export function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const groups = useShortcutGroups().filter(({ shortcuts }) => shortcuts.length > 0);
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} size={620}>
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
      <div className="dialog-footer">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  );
}
