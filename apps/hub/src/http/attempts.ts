import { isIPv6 } from 'node:net';
import { Inject, Injectable } from '@nestjs/common';
import { Fault } from '@podnet/errors';
import { settingsToken, type Settings } from '../settings.ts';

/** Injection token of the clock that attempts are counted by; it never goes back. */
export const attemptClock = Symbol('attemptClock');

const windowMs = 60_000;
/** Addresses and accounts that are remembered; the oldest are forgotten first, so memory is bounded whatever comes. */
const mostCounters = 50_000;

interface Counter {
  startedAt: number;
  count: number;
}

/** One attempt that counts until it proves right. */
export interface Attempt {
  /** The attempt was right: it does not count. */
  forgive(): void;
}

/**
 * Counts attempts at secrets within a minute: for an account from an address, for an address as a whole, and for an account
 * from everywhere. Right attempts do not count, so honest work is never slowed; an attempt counts while it is under way, so
 * guesses in parallel gain nothing. Nothing is locked for longer than the minute.
 */
@Injectable()
export class Attempts {
  private readonly counters = new Map<string, Counter>();

  constructor(
    @Inject(settingsToken) private readonly settings: Pick<Settings, 'attemptsPerMinute'>,
    @Inject(attemptClock) private readonly now: () => number,
  ) {}

  /** **Throws** `usage.rate-limited`. */
  begin(what: string, ip: string, account: string): Attempt {
    const most = this.settings.attemptsPerMinute;
    const from = networkOf(ip);
    const watched: [string, number][] = [
      [`${what}|${from}|${account}`, most],
      [`${what}|${from}`, most * 3],
      ...(account === '' ? [] : [[`${what}||${account}`, most * 10] satisfies [string, number]]),
    ];
    const counters = watched.map(([key, limit]) => ({ counter: this.counter(key), limit }));
    const full = counters.find(({ counter, limit }) => counter.count >= limit);
    if (full) {
      const retryAfter = Math.max(1, Math.ceil((full.counter.startedAt + windowMs - this.now()) / 1_000));
      throw new Fault('usage.rate-limited', 'Too many attempts; wait a little.', { retryAfter });
    }
    for (const { counter } of counters) counter.count += 1;
    return {
      forgive: () => {
        for (const { counter } of counters) counter.count -= 1;
      },
    };
  }

  private counter(key: string): Counter {
    const now = this.now();
    let counter = this.counters.get(key);
    if (!counter || now - counter.startedAt >= windowMs) {
      counter = { startedAt: now, count: 0 };
      this.counters.delete(key);
      this.counters.set(key, counter);
      if (this.counters.size > mostCounters) this.counters.delete(this.counters.keys().next().value as string);
    }
    return counter;
  }
}

/** Whoever has one IPv6 address has the 2^64 around it: they count as one. */
export function networkOf(ip: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(ip)) return ip;
  const [front = '', back] = ip.split('%')[0]!.split('::');
  const [head, tail] = [front, back ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const groups = back === undefined ? head! : [...head!, ...Array.from({ length: Math.max(0, 8 - head!.length - tail!.length) }, () => '0'), ...tail!];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':');
}
