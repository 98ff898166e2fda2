import { faultTable, isFaultCode, type FaultCode } from './table.ts';

/** What a fault may say beside its code. Nothing in it is ever taken from data. */
export interface FaultDetails {
  /** Where the mistake is: a path (`protocol.rounds`), a place in a file (`pod.yaml:7:3`), a pod's name. */
  at?: string;
  /** What would help, as one sentence. */
  hint?: string;
  /** Further faults, when several mistakes are reported at once. */
  causes?: FaultBody[];
  /** Verdicts that explain a refusal, one for each pod. */
  verdicts?: unknown[];
  /** Seconds after which a retry makes sense. */
  retryAfter?: number;
}

/** A fault as it travels: `application/problem+json` (RFC 9457) over REST, an ack over sockets, `error` in `--json`. */
export interface FaultBody extends FaultDetails {
  type: string;
  title: string;
  status: number;
  code: FaultCode;
  detail: string;
}

/** The only error that crosses a border. `detail` is a sentence of ours; the private cause stays in the local log. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly details: FaultDetails;

  constructor(code: FaultCode, detail?: string, details: FaultDetails & { cause?: unknown } = {}) {
    const { cause, ...rest } = details;
    super(detail ?? faultTable[code].title, cause === undefined ? undefined : { cause });
    this.name = 'Fault';
    this.code = code;
    this.details = rest;
  }

  get http(): number {
    return faultTable[this.code].http;
  }

  get exit(): number {
    return faultTable[this.code].exit;
  }

  toBody(): FaultBody {
    const { title, http } = faultTable[this.code];
    return { type: `urn:podnet:fault:${this.code}`, title, status: http, code: this.code, detail: this.message, ...this.details };
  }

  /** Reads a fault that another process sent. Anything that is not one becomes `internal.unexpected`. */
  static fromBody(body: unknown): Fault {
    if (typeof body === 'object' && body !== null && isFaultCode((body as FaultBody).code)) {
      const { code, detail, at, hint, causes, verdicts, retryAfter } = body as FaultBody;
      return new Fault(code, typeof detail === 'string' ? detail : undefined, prune({ at, hint, causes, verdicts, retryAfter }));
    }
    return new Fault('internal.unexpected');
  }
}

/** By shape, not by `instanceof`: test realms and duplicated packages make `instanceof` unreliable. */
export function isFault(error: unknown): error is Fault {
  return typeof error === 'object' && error !== null && (error as Fault).name === 'Fault' && isFaultCode((error as Fault).code);
}

/** Every thrown thing as a fault; what we did not write ourselves loses its text. */
export function toFault(error: unknown): Fault {
  return isFault(error) ? error : new Fault('internal.unexpected', undefined, { cause: error });
}

function prune<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
