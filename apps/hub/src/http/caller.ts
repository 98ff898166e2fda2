/** Who calls, as the hub established it. */
export interface Caller {
  userId: string;
  /** Null: the caller came with an API token. */
  sessionId: string | null;
  /** Null: the caller came with a session. */
  apiTokenId: string | null;
  admin: boolean;
  via: 'session' | 'api-token';
}
