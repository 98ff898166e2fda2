/** Milliseconds of processor that this process has used, all its threads together: what busy neighbours do not lengthen. */
export function processorMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Runs something and resolves to the milliseconds it took on the wall. */
export async function wallMs(work) {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
