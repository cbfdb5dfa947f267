/**
 * The health of the MongoDB in docker-compose.yml, told by mongosh. What a first start lacks is made on the way: the replica
 * set of one, and the account that Kith uses. Anything that throws here is "not ready yet". [DEP-5]
 */
const { MONGO_INITDB_ROOT_PASSWORD: rootPassword, MONGO_PASSWORD: password } = process.env;
const PATIENCE_MS = 10_000;
const STEP_MS = 200;

const admin = db.getSiblingDB('admin');
admin.auth('root', rootPassword);

try {
  rs.status();
} catch (error) {
  // While the image makes its first user there is no set to ask about either: that is another error, and passes.
  if (error.codeName !== 'NotYetInitialized') throw error;
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongo:27017' }] });
}

for (let waitedMs = 0; !admin.hello().isWritablePrimary; waitedMs += STEP_MS) {
  if (waitedMs >= PATIENCE_MS) throw new Error('no primary yet');
  sleep(STEP_MS);
}

if (admin.getUser('kith') === null) {
  const roles = ['kith-accounts', 'kith-documents'].map((name) => ({ role: 'readWrite', db: name }));
  admin.createUser({ user: 'kith', pwd: password, roles });
}
