import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onEnd } from '../../runner/opened.mjs';

const program = fileURLToPath(new URL('./direct.mjs', import.meta.url));

/** nodejs-polars on a file in a process of its own. Resolves, for each number of the question, to `{ ms, records }`. */
export function openDirect(file, question) {
  const child = fork(program, [file, question], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  onEnd(() => child.kill());
  return async (number) => {
    child.send({ number });
    const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (typeof answer !== 'object' || answer === null) throw new Error('nodejs-polars did not answer');
    return answer;
  };
}
