import { type DecodedText, decodeText } from '../../electron/contract/text-encoding.ts';

/**
 * Reads a text file that the operator chose. Unlike `File.text()`, it reads UTF-16 and refuses other encodings instead of
 * replacing their characters.
 */
export async function readTextFile(file: Blob): Promise<DecodedText> {
  return decodeText(new Uint8Array(await file.arrayBuffer()));
}

/** Says why a file was not read: `hosts.ini cannot be read: in line 3, it is not UTF-8…`. */
export function refusalText(name: string, { problem, line }: Extract<DecodedText, { problem: string }>): string {
  return `${name} cannot be read: ${line === undefined ? '' : `in line ${line}, `}${problem}.`;
}
