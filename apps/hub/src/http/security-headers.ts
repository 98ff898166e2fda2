import type { NextFunction, Request, Response } from 'express';

const headers: [string, string][] = [
  ['cache-control', 'no-store'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['cross-origin-resource-policy', 'same-origin'],
  ['referrer-policy', 'no-referrer'],
  ['x-content-type-options', 'nosniff'],
  ['x-frame-options', 'DENY'],
];

/** An interface for programs: nothing of it is to be shown, framed, kept or read by another site. */
export function securityHeaders(_: Request, response: Response, next: NextFunction): void {
  for (const [name, value] of headers) response.setHeader(name, value);
  next();
}
