/** Tells zod 4 schemas apart by their definitions, so that they may come from any copy of zod and none need be loaded. */
import type { z } from 'zod';

type Schemas = {
  string: z.ZodString;
  number: z.ZodNumber;
  boolean: z.ZodBoolean;
  array: z.ZodArray<z.ZodType>;
  object: z.ZodObject<Record<string, z.ZodType>>;
  record: z.ZodRecord;
  enum: z.ZodEnum;
  union: z.ZodUnion<readonly z.ZodType[]>;
  never: z.ZodNever;
  optional: z.ZodOptional<z.ZodType>;
  nullable: z.ZodNullable<z.ZodType>;
  default: z.ZodDefault<z.ZodType>;
  readonly: z.ZodReadonly<z.ZodType>;
};

/** Whether a schema is of this kind, by the name that zod gives it. */
export function isKind<Kind extends keyof Schemas>(
  schema: z.ZodType | undefined,
  kind: Kind,
): schema is Schemas[Kind] {
  return schema?.def.type === kind;
}

/** Whether a value is a schema of zod 4, of whichever copy. */
export function isZod4(value: unknown): value is z.ZodType {
  return (
    typeof value === 'object' && value !== null && '_zod' in value && '~standard' in value && 'def' in value
  );
}

/** Whether a value is a schema of zod 3. */
export function isZod3(value: unknown): boolean {
  const { _def: definition } = (value ?? {}) as { _def?: { typeName?: unknown } };
  return typeof definition?.typeName === 'string' && !isZod4(value);
}
