// A modeller's script: runs a task and prints its outcome as JSON.
//
//   node examples/sdk/run-task.ts examples/tasks/penguin-species.yaml
import { readFileSync } from 'node:fs';
import { readTaskFile } from '@podnet/sdk';
import { main } from './sign-in.ts';

const file = process.argv[2] ?? 'examples/tasks/penguin-species.yaml';
const task = readTaskFile(readFileSync(file, 'utf8'), file);

await main(async (podnet) => {
  const handle = await podnet.tasks.submit(task);
  console.error(`Task ${handle.taskId}`);
  const outcome = await handle.outcome({
    onEvent: (event) => {
      if (event.type === 'progress') console.error(`${event.done} of ${event.of}: ${event.says}`);
    },
  });
  console.log(JSON.stringify({ taskId: handle.taskId, contributors: outcome.contributors, summary: outcome.summary }, null, 2));
});
