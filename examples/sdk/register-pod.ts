// A custodian's script, first part: registers a pod and prints the join code for the machine beside the data; with a fingerprint, confirms it.
//
//   node examples/sdk/register-pod.ts torgersen
//   node examples/sdk/register-pod.ts torgersen FINGERPRINT
import { main } from './sign-in.ts';

const [name = 'torgersen', fingerprint] = process.argv.slice(2);

await main(async ({ pods }) => {
  if (fingerprint) {
    const pod = await pods.confirm(name, fingerprint);
    console.log(`${pod.name} is ${pod.state}.`);
    return;
  }
  const { joinCode, expiresAt } = await pods.register(name);
  console.log(`podnet pod join ${joinCode} --config pod.yaml`);
  console.error(`The code is good once, until ${expiresAt}. The pod shows its fingerprint; run this script again with it.`);
});
