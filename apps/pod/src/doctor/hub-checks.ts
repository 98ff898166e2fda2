import { apiPrefix, namespaces, routes } from '@podnet/contracts';
import { parsePublicJwk, thumbprint } from '@podnet/envelope';
import { Fault, type FaultBody } from '@podnet/errors';
import { io } from 'socket.io-client';
import type { PinnedKeys } from '../home/pins.ts';
import { bad, good, type Finding } from './finding.ts';

const patienceMs = 5_000;
const skewMs = 10_000;

/** The way to the hub: name, connection, clock, key, websocket. */
export async function checkHub(url: string, joined: { pinned: PinnedKeys; token: string | undefined } | undefined): Promise<Finding[]> {
  let info;
  const asked = Date.now();
  try {
    const response = await fetch(new URL(`${apiPrefix}${routes.hubInfo.path}`, url), { signal: AbortSignal.timeout(patienceMs), redirect: 'error' });
    const body: unknown = await response.json().catch(() => undefined);
    info = routes.hubInfo.answer.safeParse(body);
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    const why = code === 'ENOTFOUND' || code === 'EAI_AGAIN' ? 'Its name is not known to this machine’s DNS.' : code === 'ECONNREFUSED' ? 'Nothing listens at this address.' : /CERT|TLS|SSL/i.test(String(code)) ? 'Its TLS certificate is not accepted.' : 'It does not answer.';
    return [bad('hub', `The hub cannot be reached. ${why}`, 'Check hub: in pod.yaml, the network, and a proxy in between (the pod only dials out).')];
  }
  if (!info.success) return [bad('hub', 'Something answers at this address that is no hub.', 'Check hub: in pod.yaml; a proxy in between may answer for it.')];
  const { name, version, keys, now } = info.data;
  const findings = [good('hub', `${name} answers, version ${version}.`)];
  const skew = Date.parse(now) - (asked + Date.now()) / 2;
  findings.push(Math.abs(skew) <= skewMs ? good('clock', 'The clocks of pod and hub agree.') : bad('clock', `The clocks of pod and hub are ${Math.round(Math.abs(skew) / 1_000)} s apart.`, 'Let this machine take its time from the network.'));
  if (joined) {
    const prints = await Promise.all(keys.map((key) => thumbprint(parsePublicJwk(key, 'Ed25519'))));
    findings.push(
      prints.some((print) => joined.pinned.hub.has(print))
        ? good('hub-key', 'The hub has the key that was pinned when the pod joined.')
        : bad('hub-key', 'The hub has another key than the one that was pinned.', 'Ask the hub’s admin. If the key was changed on purpose, join again; if not, somebody stands in between.'),
    );
  }
  findings.push(await checkSocket(url, joined?.token));
  return findings;
}

/** Whether a websocket gets through, and whether the hub lets this pod in. */
function checkSocket(url: string, token: string | undefined): Promise<Finding> {
  const socket = io(new URL(namespaces.pods, url).href, { transports: ['websocket'], auth: { token: token ?? 'none' }, reconnection: false, forceNew: true, timeout: patienceMs });
  return new Promise<Finding>((resolve) => {
    socket.once('connect', () => resolve(good('websocket', 'The hub lets this pod in.')));
    socket.once('connect_error', (error: Error & { data?: FaultBody }) => {
      if (error.data === undefined) return resolve(bad('websocket', 'A websocket to the hub does not get through.', 'Let the proxy in between pass the Upgrade header.'));
      if (token === undefined) return resolve(good('websocket', 'A websocket to the hub gets through.'));
      const fault = Fault.fromBody(error.data);
      resolve(bad('websocket', `The hub does not let this pod in: ${fault.message} (${fault.code})`, fault.details.hint ?? 'Ask the custodian whether the pod was confirmed or removed.'));
    });
  }).finally(() => socket.close());
}
