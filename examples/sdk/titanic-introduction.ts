// The introduction in docs/guides/titanic.md, both sides of it: a custodian who is asked about rows, and a modeller who asks.
//
//   node examples/sdk/titanic-introduction.ts custodian north     decides two questions, then ends
//   node examples/sdk/titanic-introduction.ts modeller north      asks
import { col, hasCode, type Fault, type Podnet } from '@podnet/sdk';
import { main } from './sign-in.ts';

const [side, pod = 'north'] = process.argv.slice(2);
const enough = 2;

/** On a device of the custodian that the pod has pinned. */
async function decide({ reviews }: Podnet): Promise<void> {
  let decided = 0;
  for await (const { id } of reviews.watch({ pod, signal: AbortSignal.timeout(600_000) })) {
    const { content } = await reviews.show(id);
    if (!content) continue;
    const { requester, sentence, rows } = content.shown;
    console.log(`${requester.email} asks: ${sentence}`);
    // The hash: what is decided is exactly what was seen.
    const { hash } = content;
    if (rows > enough) await reviews.deny(id, { hash, note: 'Two rows show the columns just as well', waitMs: 10_000 });
    else await reviews.approve(id, { hash, note: 'To see the columns', waitMs: 10_000 });
    console.log(rows > enough ? 'denied' : 'approved');
    if ((decided += 1) === 2) return;
  }
}

async function ask(podnet: Podnet): Promise<void> {
  const titanic = podnet.frame('titanic', { pods: [pod] });

  // Hundreds of passengers stand behind each number: released at once.
  const rates = await titanic.groupBy('Pclass').agg(col('Survived').mean().alias('rate')).sort('rate', { descending: true }).fetch();
  console.log(String(rates));

  // A row is one passenger: this waits for the custodian, who may say no.
  try {
    console.log(String(await titanic.head(5).fetch()));
  } catch (error) {
    if (!hasCode(error, 'policy.denied')) throw error;
    console.log(`Five rows: ${reasonsOf(error).join(' ')}`);
  }

  // What is approved comes, without names and tickets.
  console.log(String(await titanic.select('PassengerId', 'Survived', 'Pclass', 'Name', 'Sex', 'Ticket').head(enough).fetch()));
}

const reasonsOf = (fault: Fault): string[] => (fault.details.verdicts as { checks: { passed: boolean; says: string }[] }[]).flatMap(({ checks }) => checks.flatMap(({ passed, says }) => (passed ? [] : [says])));

await main(side === 'custodian' ? decide : ask);
