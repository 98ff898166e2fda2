import { describeError } from './error.ts';
import { makeLog } from './log.ts';

function logged(record: object): string {
  let text = '';
  makeLog({ logLevel: 'trace' }, { write: (line: string) => void (text += line) }).info(record, 'spec');
  return text;
}

describe('the log', () => {
  it.each([
    { authorization: 'Bearer canary' },
    { headers: { authorization: 'Bearer canary' } },
    { request: { headers: { cookie: 'canary' } } },
    { body: { password: 'canary' } },
    { accessToken: 'canary', refreshToken: 'canary' },
    { answer: { joinCode: 'canary' } },
    { keys: { signing: { d: 'canary' } } },
    { url: 'postgresql://u:canary@db/x' },
  ])('never has what stands under the name of a secret: %j', (record) => {
    expect(logged(record)).not.toContain('canary');
    expect(logged(record)).toContain('[secret]');
  });

  it('is one line for each event, whatever the texts contain', () => {
    const line = logged({ name: 'a\r\nb\u001b]52;c;x\u0007' });
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    // eslint-disable-next-line no-control-regex -- the very characters that must not be there
    expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f]/);
  });
});

describe('an error in the log', () => {
  it('keeps the text of a mistake in our code, and drops that of anything else', () => {
    expect(describeError(new TypeError('x is not a function'))).toMatchObject({ kind: 'TypeError', text: 'x is not a function' });
    for (const error of [new Error('canary'), new SyntaxError('Unexpected token canary'), Object.assign(new Error('Key (email)=(canary)'), { name: 'PrismaClientKnownRequestError', code: 'P2002' }), 'canary', null]) {
      expect(JSON.stringify(describeError(error))).not.toContain('canary');
    }
    expect(describeError(Object.assign(new Error('canary'), { code: 'P2002' }))).toMatchObject({ code: 'P2002' });
  });

  it('has the places it came through, also where the text has lines of its own', () => {
    const { frames } = describeError(new Error('canary 1\n canary 2\ncanary 3')) as { frames: string[] };
    expect(frames.length).toBeGreaterThan(0);
    for (const frame of frames) expect(frame).toMatch(/^at /);
  });
});
