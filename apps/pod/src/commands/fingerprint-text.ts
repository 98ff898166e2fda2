const plain = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase();

/** Of a device or a pod, as people write it down: case, dashes and spaces do not matter. A hub's is base64url, where they do. */
export const isFingerprint = (written: string, fingerprint: string): boolean => plain(written) === plain(fingerprint);
