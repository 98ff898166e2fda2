/** One instruction of a Dockerfile, with its lines joined. */
export interface Instruction {
  word: string;
  rest: string;
}

export interface Stage {
  name: string;
  from: string;
  instructions: Instruction[];
}

/** Reads a Dockerfile as its stages. Comments and line continuations are gone. */
export function readDockerfile(text: string): Stage[] {
  const stages: Stage[] = [];
  const lines = text.replace(/^\s*#.*\n/gm, '').replace(/\\\n\s*/g, ' ').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const from = word === 'FROM' ? /^(\S+) AS (\S+)$/.exec(rest) : null;
    if (from) stages.push({ from: from[1]!, name: from[2]!, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** The rest of every instruction of one word, in a stage. */
export const all = ({ instructions }: Stage, word: string): string[] => instructions.filter((each) => each.word === word).map(({ rest }) => rest);

/** Variables that a stage sets. */
export const variablesOf = (stage: Stage): Record<string, string> => Object.fromEntries(all(stage, 'ENV').flatMap((rest) => [...rest.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name!, value!])));

/** A COPY: its sources, where they go, and the stage they are from. */
export function copies(stage: Stage): { from: string | undefined; sources: string[]; target: string }[] {
  return all(stage, 'COPY').map((rest) => {
    const words = rest.split(/\s+/);
    const from = words[0]?.startsWith('--from=') ? words.shift()!.slice('--from='.length) : undefined;
    return { from, target: words.pop()!, sources: words };
  });
}

/** A command in its exec form: `["node", "main.js"]`. */
export const execForm = (rest: string): string[] => JSON.parse(rest.slice(rest.indexOf('['))) as string[];
