import { body, type Body } from '../body.ts';
import { refusalOf } from '../fixtures/refusal.ts';
import { answeredOnce } from './answered-once.ts';

function counted(planned: number) {
  let drawn = 0;
  const ask = answeredOnce(planned, () => body({ drawn: (drawn += 1) }));
  return { ask: (json: unknown, weights: number[] = []): Body => ask(body(json, { weights: Float64Array.from(weights) })), drawn: () => drawn };
}

test('the same question has the same answer, and nothing is drawn for it', () => {
  const { ask, drawn } = counted(2);
  const first = ask({ round: 1 }, [0.1]);
  expect(ask({ round: 1 }, [0.1])).toBe(first);
  expect(ask({ round: 1 }, [0.2])).not.toEqual(first);
  expect(ask({ round: 1 }, [0.1])).toBe(first);
  expect(drawn()).toBe(2);
});

test('more questions than planned are refused, and known ones still answered', () => {
  const { ask, drawn } = counted(1);
  const first = ask({ round: 1 });
  expect(refusalOf(() => ask({ round: 2 }))).toMatchObject({ code: 'conflict.state' });
  expect(ask({ round: 1 })).toBe(first);
  expect(drawn()).toBe(1);
});

test('a question that fails counts: something may have been drawn for it', () => {
  const ask = answeredOnce(1, () => {
    throw new Error('half way');
  });
  expect(() => ask(body(1))).toThrow('half way');
  expect(refusalOf(() => ask(body(2))).code).toBe('conflict.state');
});
