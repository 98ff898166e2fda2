import { z } from 'zod';

/** A name that a plan gives to a column: one visible line. Names that a dataset has already are taken as they are. */
export const newColumnName = z
  .string()
  .min(1)
  .max(200)
  .refine((name) => name.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name));

/** A name that a plan refers to. */
export const columnName = z.string().min(1).max(200);
