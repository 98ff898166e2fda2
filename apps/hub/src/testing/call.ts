import type { FaultBody } from '@podnet/errors';

/** An answer of the hub, read whole. */
export interface Reply<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
  /** The body as a fault; for replies that are expected to be one. */
  fault: FaultBody;
  text: string;
}

export interface CallOptions {
  token?: string;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}

/** Calls the hub as any client does. `path` is below `/api/v1` unless it begins with two slashes. */
export async function call<T = Record<string, unknown>>(url: string, method: string, path: string, { token, json, raw, headers = {} }: CallOptions = {}): Promise<Reply<T>> {
  const body = json === undefined ? raw : JSON.stringify(json);
  const response = await fetch(path.startsWith('//') ? url + path.slice(1) : `${url}/api/v1${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const parsed = /json/.test(response.headers.get('content-type') ?? '') ? (JSON.parse(text) as unknown) : {};
  return { status: response.status, headers: response.headers, body: parsed as T, fault: parsed as FaultBody, text };
}
