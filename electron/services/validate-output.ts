import { ORPCError, ValidationError } from '@orpc/server';
import { z } from 'zod';
import { inSlices, stepLength } from '../lib/slices.ts';

/** A schema of the contract in the form that oRPC uses. */
type Standard = { '~standard': { validate(value: unknown): unknown } };
type Issue = ValidationError['issues'][number];
type Checked = { value: unknown; issues?: undefined } | { issues: readonly Issue[] };

/**
 * Checks the result of a procedure against the contract, as oRPC would, but checks the long lists of an object in
 * slices: one host may have 250,000 images. Throws oRPC's error if it does not match.
 */
export async function validateOutput(schema: Standard | undefined, output: unknown): Promise<unknown> {
  if (!schema) return output;
  const checked = (await (hasLongLists(schema, output)
    ? inSlices(checkSteps(schema, output))
    : schema['~standard'].validate(output))) as Checked;
  if (!checked.issues) return checked.value;
  const message = 'Output validation failed';
  throw new ORPCError('INTERNAL_SERVER_ERROR', {
    message,
    cause: new ValidationError({ message, issues: checked.issues, data: output }),
  });
}

function isLong(value: unknown): value is unknown[] {
  return Array.isArray(value) && value.length > stepLength;
}

function hasLongLists(schema: Standard, output: unknown): schema is z.ZodObject {
  return (
    schema instanceof z.ZodObject &&
    !schema.def.checks?.length &&
    typeof output === 'object' &&
    output !== null &&
    Object.entries(output).some(([key, value]) => isLong(value) && schema.shape[key] instanceof z.ZodArray)
  );
}

function* checkSteps(schema: z.ZodObject, output: unknown): Generator<void, Checked> {
  const rest: Record<string, unknown> = { ...(output as object) };
  const lists: Record<string, unknown[]> = {};
  for (const [key, list] of Object.entries(rest)) {
    const field = schema.shape[key];
    if (!isLong(list) || !(field instanceof z.ZodArray)) continue;
    const checks = (field.def.checks ?? []) as z.core.$ZodCheck<unknown[]>[];
    const length = z
      .array(z.unknown())
      .check(...checks)
      .safeParse(list);
    if (!length.success) return { issues: within(length.error.issues, key) };
    const checked: unknown[] = [];
    const elements = z.array(field.element);
    for (let start = 0; start < list.length; start += stepLength) {
      const part = elements.safeParse(list.slice(start, start + stepLength));
      if (!part.success) return { issues: within(part.error.issues, key, start) };
      for (const element of part.data) checked.push(element);
      yield;
    }
    lists[key] = checked;
    // The rest of the object is checked with a part of the list.
    rest[key] = list.slice(0, 1);
  }
  const others = schema.safeParse(rest);
  return others.success ? { value: { ...others.data, ...lists } } : { issues: others.error.issues };
}

/** The issues of a part of a list that starts at `start`, as issues of the object. */
function within(issues: readonly z.core.$ZodIssue[], key: string, start = 0): Issue[] {
  return issues.map(({ message, path: [index, ...path] }) => ({
    message,
    path: index === undefined ? [key] : [key, start + Number(index), ...path],
  }));
}
