import type { Socket } from 'socket.io';

/** What may wait for one connection before frames to it are dropped: protocols send them again, memory does not grow back. */
const mostWaitingBytes = 64 * 1024 * 1024;
/** So few packets are not worth counting their bytes. */
const fewPackets = 8;

interface Waiting {
  writeBuffer?: readonly { data?: unknown }[];
}

/** True when a connection takes in more slowly than it is sent to. */
export function isBehind(socket: Socket): boolean {
  const { writeBuffer = [] } = socket.conn as unknown as Waiting;
  if (writeBuffer.length <= fewPackets) return false;
  let bytes = 0;
  for (const { data } of writeBuffer) bytes += typeof data === 'string' ? data.length : ArrayBuffer.isView(data) ? data.byteLength : 0;
  return bytes > mostWaitingBytes;
}
