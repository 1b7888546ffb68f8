import type { GoldenId } from '../../../electron/contract/golden.ts';
import { client } from '../../bridge/client.ts';
import { fileName, saveFile } from '../../components/save-file.ts';
import { notifyFailure } from '../../lib/notify.ts';

/** Hands golden sets to the operator as a YAML file, all of them where none is named. */
export function saveYaml(what: string, ids?: readonly GoldenId[]): void {
  client.golden
    .export(ids ? { ids: [...ids] } : {})
    .then(({ text }) => saveFile(fileName(what, 'yaml', new Date()), 'application/yaml', text), notifyFailure);
}
