import { copyFile, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { ExpectedFailure } from '../contract/failure.ts';
import { parseJson } from '../contract/parse-json.ts';
import { type SettingsFile, settingsFile } from '../contract/settings.ts';
import { systemCode, systemWords, timeForName } from '../lib/system-error.ts';
import type { StartNotice } from './notices.ts';
import { firstIssue, salvage } from './salvage-settings.ts';
import { fileFailure } from './storage-failure.ts';

/** The settings as last saved. */
export interface SavedSettings {
  readonly file: string;
  /** Messages for the operator about the start, such as a damaged file that was set aside. */
  readonly notices: readonly StartNotice[];
  current(): SettingsFile;
  /**
   * Changes the settings and saves them. Changes run one after another, each on the result of the last. Throws `storage`,
   * and changes nothing, when they cannot be saved.
   */
  update(change: (draft: SettingsFile) => SettingsFile): Promise<SettingsFile>;
}

/**
 * Opens `settings.json` in a directory. A damaged file is set aside under a name with the time, a notice says so, and its
 * readable parts are kept. Throws `forbidden` when an existing file cannot be read, since a save would overwrite it.
 */
export async function openSettings(directory: string, now: () => number = Date.now): Promise<SavedSettings> {
  const file = join(directory, 'settings.json');
  const notices: StartNotice[] = [];
  let current = await load(file, directory, now(), notices);
  notices.push(...(await newerFiles(directory)));
  let last: Promise<unknown> = Promise.resolve();

  async function apply(change: (draft: SettingsFile) => SettingsFile): Promise<SettingsFile> {
    const next = validate(change(structuredClone(current)));
    await save(file, next);
    current = next;
    return next;
  }

  return {
    file,
    notices,
    current: () => current,
    update(change) {
      const done = last.then(() => apply(change));
      // The next change waits for this one, but does not fail with it: the failure goes to this one's caller.
      last = done.catch(() => undefined);
      return done;
    },
  };
}

/** Checks the settings against the schema of the file. Throws `invalidInput`. */
function validate(settings: SettingsFile): SettingsFile {
  const parsed = settingsFile.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new ExpectedFailure(
    {
      code: 'invalidInput',
      message: `Invalid settings: ${firstIssue(parsed.error)}.`,
      remedy: 'Nothing was changed. Correct it and try again.',
    },
    { cause: parsed.error },
  );
}

async function load(file: string, directory: string, now: number, notices: StartNotice[]): Promise<SettingsFile> {
  const text = await readText(file);
  if (text === undefined) return settingsFile.parse({});

  const json = parseJson(text);
  if (json === undefined) {
    const aside = join(directory, `settings.damaged-${timeForName(now)}.json`);
    await rename(file, aside);
    notices.push({
      text: `The settings file was damaged and was moved to ${aside}. The console starts with empty settings.`,
      kept: aside,
    });
    return settingsFile.parse({});
  }
  const newer = z.object({ version: z.number().gt(1) }).safeParse(json);
  if (newer.success) {
    await rename(file, join(directory, `${newerPrefix}${timeForName(now)}.json`));
    return settingsFile.parse({});
  }
  const { settings, problems } = salvage(json);
  if (problems.length === 0) return settings;
  const aside = join(directory, `settings.damaged-${timeForName(now)}.json`);
  await copyFile(file, aside);
  await save(file, settings);
  const said = problems.slice(0, 5).join('; ');
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  const partsText = `Parts of the settings file could not be read and were skipped: ${said}${more}. The original file was saved as ${aside}.`;
  notices.push({ text: partsText.slice(0, 2_000), kept: aside });
  return settings;
}

const newerPrefix = 'settings.newer-';

/** A notice for each settings file of a newer console that was set aside, now or at an earlier start, and still is there. */
async function newerFiles(directory: string): Promise<StartNotice[]> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(newerPrefix) && name.endsWith('.json'));
  return names.sort().map((name) => {
    const kept = join(directory, name);
    return {
      text: `The settings file ${kept} is from a newer console version and was moved aside. The console starts with empty settings. To use it again, rename it to settings.json and start the newer console. Delete it if it is not needed.`,
      kept,
      everyStart: true,
    };
  });
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new ExpectedFailure(
      {
        code: 'forbidden',
        message: `The settings file ${file} cannot be read: ${systemWords(error)}.`,
        remedy: 'Make it readable for your user, or use another directory with --data.',
      },
      { cause: error },
    );
  }
}

async function save(file: string, settings: SettingsFile): Promise<void> {
  try {
    await writeFileAtomic(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw fileFailure(error, dirname(file));
  }
}
