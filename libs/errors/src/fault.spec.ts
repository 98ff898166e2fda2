import { Fault, faultTable, isFault, toFault } from './index.ts';

describe('a fault', () => {
  it('survives the way over a wire', () => {
    const fault = new Fault('usage.invalid', 'Rounds must be at least 1.', { at: 'protocol.rounds', hint: 'Write rounds: 10.' });
    const back = Fault.fromBody(JSON.parse(JSON.stringify(fault.toBody())));
    expect(back.toBody()).toEqual(fault.toBody());
    expect(back.exit).toBe(2);
  });

  it('drops the text of an error that we did not write', () => {
    const fault = toFault(new Error('could not parse "HIV positive" as i64'));
    expect(JSON.stringify(fault.toBody())).not.toContain('HIV');
    expect(fault.code).toBe('internal.unexpected');
  });

  it.each([null, 7, 'x', {}, { code: 'made.up' }, { code: '__proto__' }])('reads %j as an unexpected fault', (body) => {
    expect(Fault.fromBody(body).code).toBe('internal.unexpected');
  });

  it('is known by its shape', () => {
    expect(isFault({ name: 'Fault', code: 'usage.invalid' })).toBe(true);
    expect(isFault(new Error('x'))).toBe(false);
  });
});

describe('the table of errors', () => {
  it('promises only the documented exit statuses', () => {
    const promised = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 130]);
    for (const [code, row] of Object.entries(faultTable)) {
      expect({ code, ok: promised.has(row.exit) && row.http >= 200 && row.http < 600 && row.title.length > 0 }).toEqual({ code, ok: true });
    }
  });
});
