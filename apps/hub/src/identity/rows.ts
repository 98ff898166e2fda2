import type { Answer } from '../http/route.ts';
import type { account, apiToken, device, PublicKeys, routes } from '@podnet/contracts';
import type { z } from 'zod';

/** Rows as they leave the hub: what is not named here stays inside. */
export type AccountView = z.input<typeof account>;
export type DeviceView = z.input<typeof device>;
export type ApiTokenView = z.input<typeof apiToken>;
export type SignedIn = Answer<typeof routes.signIn>;

interface AccountRow {
  id: string;
  email: string;
  name: string;
  isAdmin: boolean;
  createdAt: Date;
  disabledAt: Date | null;
}

export const accountColumns = { id: true, email: true, name: true, isAdmin: true, createdAt: true, disabledAt: true } as const;

export const accountView = ({ id, email, name, isAdmin, createdAt, disabledAt }: AccountRow): AccountView => ({
  id,
  email,
  name,
  admin: isAdmin,
  createdAt: createdAt.toISOString(),
  disabledAt: disabledAt?.toISOString() ?? null,
});

interface DeviceRow {
  id: string;
  name: string;
  fingerprint: string;
  signingKey: unknown;
  encryptionKey: unknown;
  createdAt: Date;
  revokedAt: Date | null;
}

export const deviceView = ({ id, name, fingerprint, signingKey, encryptionKey, createdAt, revokedAt }: DeviceRow): DeviceView => ({
  id,
  name,
  fingerprint,
  keys: { signing: signingKey, encryption: encryptionKey } as PublicKeys,
  createdAt: createdAt.toISOString(),
  revokedAt: revokedAt?.toISOString() ?? null,
});

interface ApiTokenRow {
  id: string;
  name: string;
  createdAt: Date;
  expiresAt: Date;
  lastUsedAt: Date | null;
}

export const apiTokenView = ({ id, name, createdAt, expiresAt, lastUsedAt }: ApiTokenRow): ApiTokenView => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
});
