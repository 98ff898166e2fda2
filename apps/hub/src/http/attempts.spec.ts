import { isFault } from '@podnet/errors';
import { Attempts, networkOf } from './attempts.ts';

function limited(work: () => unknown): number | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (isFault(error) && error.code === 'usage.rate-limited') return error.details.retryAfter;
    throw error;
  }
}

describe('attempts', () => {
  let now: number;
  let attempts: Attempts;
  beforeEach(() => {
    now = 0;
    attempts = new Attempts({ attemptsPerMinute: 3 }, () => now);
  });
  const wrong = (ip: string, account: string): number | undefined => limited(() => attempts.begin('/sessions', ip, account));

  it('are refused beyond the most, with the seconds to wait, until the minute is over', () => {
    for (let i = 0; i < 3; i++) expect(wrong('a', 'ada')).toBeUndefined();
    now = 20_000;
    expect(wrong('a', 'ada')).toBe(40);
    now = 59_999;
    expect(wrong('a', 'ada')).toBe(1);
    now = 60_000;
    expect(wrong('a', 'ada')).toBeUndefined();
  });

  it('do not count once they prove right', () => {
    for (let i = 0; i < 100; i++) attempts.begin('/sessions', 'a', 'ada').forgive();
    expect(wrong('a', 'ada')).toBeUndefined();
  });

  it('count while they are under way, so that guessing in parallel gains nothing', () => {
    const open = [1, 2, 3].map(() => attempts.begin('/sessions', 'a', 'ada'));
    expect(wrong('a', 'ada')).toBeDefined();
    open[0]!.forgive();
    expect(wrong('a', 'ada')).toBeUndefined();
  });

  it('from another address are not refused for them', () => {
    for (let i = 0; i < 3; i++) wrong('a', 'ada');
    expect(wrong('b', 'ada')).toBeUndefined();
  });

  it('at many accounts from one address are refused', () => {
    const answers = Array.from({ length: 12 }, (_, i) => wrong('a', `account-${i}`));
    expect(answers.filter((seconds) => seconds === undefined)).toHaveLength(9);
  });

  it('at one account from many addresses are refused', () => {
    const answers = Array.from({ length: 40 }, (_, i) => wrong(`ip-${i}`, 'ada'));
    expect(answers.filter((seconds) => seconds === undefined)).toHaveLength(30);
  });

  it('at one route do not count at another', () => {
    for (let i = 0; i < 3; i++) wrong('a', 'ada');
    expect(limited(() => attempts.begin('/setup', 'a', 'ada'))).toBeUndefined();
  });
});

describe('the network of an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['', ''],
  ])('of %j is %j', (ip, network) => {
    expect(networkOf(ip)).toBe(network);
  });
});
