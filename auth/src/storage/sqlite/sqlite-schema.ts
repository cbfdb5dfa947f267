/**
 * The tables, as steps from one version to the next: a database of any older version is brought forward at open. Steps
 * that were released are never edited. Times are ms since 1970, ids their 22 characters.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    id TEXT PRIMARY KEY, handle TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE password (
    account TEXT PRIMARY KEY REFERENCES account, hash TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE passkey (
    id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account, public_key BLOB NOT NULL,
    counter INTEGER NOT NULL, device_type TEXT NOT NULL, backed_up INTEGER NOT NULL,
    created_at INTEGER NOT NULL, last_used_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX passkey_by_account ON passkey (account);
  CREATE TABLE ceremony (
    id TEXT PRIMARY KEY, purpose TEXT NOT NULL, challenge BLOB NOT NULL, expires_at INTEGER NOT NULL,
    account TEXT, handle TEXT, name TEXT
  ) STRICT;
  CREATE INDEX ceremony_by_expiry ON ceremony (expires_at);
  CREATE TABLE device (
    id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account, name TEXT NOT NULL,
    sign_key BLOB NOT NULL, box_key BLOB NOT NULL,
    created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, revoked_at INTEGER
  ) STRICT;
  CREATE INDEX device_by_account ON device (account, created_at);
  CREATE TABLE session (
    id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES account, device TEXT NOT NULL UNIQUE REFERENCES device,
    token_hash BLOB NOT NULL, previous_hash BLOB,
    rotated_at INTEGER NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX session_by_account ON session (account);
  CREATE INDEX session_by_expiry ON session (expires_at);

  CREATE TABLE conversation (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, title BLOB NOT NULL, version INTEGER NOT NULL, epoch INTEGER NOT NULL,
    created_by TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE member (
    conversation TEXT NOT NULL REFERENCES conversation, account TEXT NOT NULL REFERENCES account,
    position INTEGER NOT NULL, role TEXT NOT NULL, joined_at INTEGER NOT NULL,
    PRIMARY KEY (conversation, account)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX member_by_account ON member (account, conversation);
  CREATE TABLE epoch (
    conversation TEXT NOT NULL REFERENCES conversation, number INTEGER NOT NULL, members TEXT NOT NULL, key BLOB,
    reason TEXT NOT NULL, by TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (conversation, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE invite (
    id TEXT PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversation, proof_hash BLOB NOT NULL,
    role TEXT NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
    max_uses INTEGER NOT NULL, uses INTEGER NOT NULL, revoked_at INTEGER
  ) STRICT;
  CREATE INDEX invite_by_conversation ON invite (conversation, created_at);

  CREATE TABLE signing_key (kid TEXT PRIMARY KEY, jwk TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE secret (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
  `,
  'ALTER TABLE ceremony ADD COLUMN device TEXT',
  // who came back keeps the row of having left: only those who are not members now are read
  `
  CREATE TABLE former_member (
    conversation TEXT NOT NULL REFERENCES conversation, account TEXT NOT NULL REFERENCES account,
    left_at INTEGER NOT NULL, PRIMARY KEY (conversation, account)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO former_member
    SELECT e.conversation, m.value ->> 'account', max(e.at) FROM epoch AS e, json_each(e.members) AS m
    WHERE NOT EXISTS (
      SELECT 1 FROM member AS now WHERE now.conversation = e.conversation AND now.account = m.value ->> 'account')
    GROUP BY 1, 2;
  `,
];
