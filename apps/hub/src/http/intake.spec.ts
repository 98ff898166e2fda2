import { Intake } from './intake.ts';

const full = expect.objectContaining({ code: 'internal.unavailable', details: { retryAfter: 1 } }) as Error;

describe('the memory of bodies', () => {
  it('is bounded over all callers, and comes back when a call is done', () => {
    const intake = new Intake(100);
    const [one, other] = [intake.open(), intake.open()];
    one.take(50);
    one.take(10);
    other.take(40);
    expect(() => other.take(1)).toThrow(full);
    one.close();
    // Said twice, it is still once.
    one.close();
    expect(() => other.take(61)).toThrow(full);
    other.take(60);
  });

  it('is not taken by a call that is over', () => {
    const room = new Intake(100).open();
    room.close();
    expect(() => room.take(1)).toThrow(full);
  });
});
