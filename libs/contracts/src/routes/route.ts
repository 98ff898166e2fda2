import type { z } from 'zod';

/**
 * Who may call a route. The guard is closed: a route without an access kind does not exist.
 * `setup` and `join` carry their own single-use secrets in the body.
 */
export type Access = 'public' | 'account' | 'admin';

/** One route: the hub binds its controllers to it, the SDK calls it, OpenAPI is written from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Path below `/api/v1`, with `:name` for parameters. */
  path: string;
  access: Access;
  summary: string;
  tag: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Body or answer are bytes (`application/octet-stream`) instead of JSON. */
  binary?: 'body' | 'answer';
  /** Absent: 204 without a body. */
  answer?: z.ZodType;
  status?: 200 | 201 | 202 | 204;
  /** Greatest size of the body. */
  maxBytes?: number;
  /** Header that must be given (`idempotency-key`). */
  header?: 'idempotency-key';
  /** Attempts are counted for each account and address, and refused beyond a few. */
  guarded?: boolean;
}

export const route = <const R extends Route>(definition: R): R => definition;
