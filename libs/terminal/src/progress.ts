import { MultiBar, Presets } from 'cli-progress';
import { plainText } from './plain-text.ts';

export interface Bar {
  at(done: number, of: number, says: string): void;
  end(): void;
}

/** How a long command speaks: bars with the time left on a terminal, plain lines elsewhere. */
export interface Talk {
  say(text: string): void;
  bar(name: string): Bar;
}

export function makeTalk(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Talk {
  const lively = stream.isTTY === true && environment['TERM'] !== 'dumb' && !environment['CI'];
  const say = (text: string): void => void stream.write(`${text}\n`);
  return { say, bar: (name) => (lively ? livelyBar(stream, name) : plainBar(say, name)) };
}

/** One line at each fifth is enough for a log. */
function plainBar(say: (text: string) => void, name: string): Bar {
  let last = 0;
  return {
    at(done, of, says) {
      const part = Math.floor((5 * done) / Math.max(1, of));
      if (part > last) say(`  ${name}: ${plainText(says)}`);
      last = Math.max(last, part);
    },
    end: () => undefined,
  };
}

function livelyBar(stream: NodeJS.WriteStream, name: string): Bar {
  const bars = new MultiBar({ stream, clearOnComplete: true, hideCursor: true, format: '  {step} {bar} {percentage}% · {eta_formatted} left · {says}' }, Presets.shades_grey);
  const bar = bars.create(1, 0, { step: name, says: '' });
  return {
    at(done, of, says) {
      bar.setTotal(Math.max(1, of));
      bar.update(done, { says: plainText(says) });
    },
    end: () => bars.stop(),
  };
}
