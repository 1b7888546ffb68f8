import {
  type FindProblem,
  type InventoryFile,
  isPassedOver,
  maxInventoryFiles,
  maxInventoryLength,
} from '../../../electron/contract/discovery.ts';
import { readTextFile, refusalText } from '../../lib/read-text-file.ts';

/** A file that the operator chose or dropped, with its path below the chosen or dropped folder. */
export type ChosenFile = { path: string; file: File };

/** The files of an inventory; those that cannot be read are problems. */
export type ReadFiles = { files: InventoryFile[]; problems: FindProblem[] };

/** The files of a file field, which may be those of a folder. */
export function filesOfField(field: HTMLInputElement): ChosenFile[] {
  return [...(field.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** A folder with more entries than this is not an inventory. */
const maxEntries = 20_000;

/** The dropped files and those in dropped folders. Call this while the event is handled: its data is empty later. */
export async function filesOfDrop(data: DataTransfer): Promise<ChosenFile[]> {
  const waiting = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found: ChosenFile[] = [];
  for (let seen = 0; waiting.length > 0 && seen < maxEntries; seen += 1) {
    const entry = waiting.shift();
    if (!entry) break;
    const path = entry.fullPath.replace(/^\//, '');
    if (isFile(entry)) found.push({ path, file: await fileOf(entry) });
    else if (isFolder(entry) && !isPassedOver(path)) waiting.push(...(await entriesOf(entry)));
  }
  return found;
}

/** Reads the files that Ansible would read. A single file is read whatever its name is. Throws if there is too much. */
export async function readInventoryFiles(chosen: readonly ChosenFile[]): Promise<ReadFiles> {
  const taken = chosen.length === 1 ? chosen : chosen.filter(({ path }) => !path.includes('/') || !isPassedOver(path));
  const bytes = taken.reduce((sum, { file }) => sum + file.size, 0);
  // UTF-16 has two bytes a character.
  if (taken.length > maxInventoryFiles || bytes > maxInventoryLength * 2) throw new TooLongError();
  const files: InventoryFile[] = [];
  const problems: FindProblem[] = [];
  for (const { path, file } of taken) {
    const read = await readTextFile(file);
    if ('text' in read) files.push({ path, text: read.text });
    else problems.push({ line: null, text: refusalText(path, read) });
  }
  if (files.reduce((sum, { text }) => sum + text.length, 0) > maxInventoryLength) throw new TooLongError();
  return { files, problems };
}

/** The files are longer than an inventory may be. */
export class TooLongError extends Error {}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** All entries of a folder, which a browser returns in parts. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return entries;
    entries.push(...part);
  }
}
