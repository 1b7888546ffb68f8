/** The values of a configuration file by group and option. If an option is given twice, the last value counts. */
export type IniFile = { values: Map<string, Map<string, string>>; problems: string[] };

/**
 * Parses a file as oslo.config does: `[group]`, `option = value` or `option: value`, comment lines, continuation lines
 * that begin with a blank, and quotes around a whole value. Lines that oslo.config would reject are skipped and
 * reported by number, without their text, which may contain a password.
 */
export function parseIni(text: string): IniFile {
  const values = new Map<string, Map<string, string>>();
  const problems: string[] = [];
  let group: Map<string, string> | undefined;
  let open: { option: string; parts: string[] } | undefined;
  const problem = (line: number, what: string) => {
    if (problems.length < 20) problems.push(`line ${line}: ${what}`);
  };
  const close = () => {
    if (open) group?.set(open.option, open.parts.join('\n'));
    open = undefined;
  };

  for (const [index, raw] of text.split(/\r\n|\n|\r/).entries()) {
    const number = index + 1;
    const line = raw.trimEnd();
    if (line === '') close();
    else if (/^[ \t]/.test(line)) {
      if (open) open.parts.push(line.trimStart());
      else problem(number, 'continuation line without an option');
    } else {
      close();
      if (line.startsWith('[')) {
        const name = line.endsWith(']') ? line.slice(1, -1) : '';
        if (name === '') problem(number, 'not a group name');
        else group = groupOf(values, name);
      } else if (!/^[#;]/.test(line)) {
        const [, option = '', value = ''] = /^([^:=]*)[:=](.*)$/s.exec(line) ?? [];
        if (option.trim() === '') problem(number, 'not an option with a value');
        else if (!group) problem(number, 'option before the first group');
        else open = { option: option.trim(), parts: [unquoted(value.trim())] };
      }
    }
  }
  close();
  return { values, problems };
}

/** Group names are case-insensitive, except that `[DEFAULT]` and `[default]` are different groups. */
function groupName(name: string): string {
  return name === 'DEFAULT' ? name : name.toLowerCase();
}

function groupOf(values: Map<string, Map<string, string>>, name: string): Map<string, string> {
  const key = groupName(name);
  const found = values.get(key) ?? new Map<string, string>();
  values.set(key, found);
  return found;
}

function unquoted(value: string): string {
  const first = value.charAt(0);
  return (first === '"' || first === "'") && value.endsWith(first) ? value.slice(1, -1) : value;
}

/**
 * Replaces `$option`, `${option}` and `${group.option}` by their values, and `$$` and `\$` by a dollar sign. A
 * reference that `lookUp` does not know stays as it is. Stops after a hundred references, so that circular ones end.
 */
export function substitute(value: string, lookUp: (group: string, option: string) => string | undefined): string {
  let left = 100;
  const expand = (text: string): string =>
    text.replaceAll(
      /\\\$|\$\$|\$(?:([_a-z][._a-z0-9]*)|\{([_a-z][._a-z0-9]*)\})/gi,
      (whole, plain: string | undefined, braced: string | undefined) => {
        const name = plain ?? braced;
        if (name === undefined) return '$';
        const dot = name.indexOf('.');
        const found = dot < 0 ? lookUp('DEFAULT', name) : lookUp(groupName(name.slice(0, dot)), name.slice(dot + 1));
        left -= 1;
        return found === undefined || left < 0 ? whole : expand(found);
      },
    );
  return expand(value);
}
