// What a certificate says, read from the signed document, and written again to see that nothing else was signed.
// Only what `claimOf` returns is ever shown. It accepts exactly the documents that `grader/credential/open_badge.py`
// writes: in any other form there could be members that are signed and shown to nobody.

const CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"];
const DEMO_SENTENCE = "DEMO: issued for demonstration. It certifies nothing about anybody.";
const KNOWN_EXAMPLE = "Known example: the submission equals an example that ships with its assignment.";
const EVIDENCE = [
  ["submission", "The learner's files"],
  ["pack", "Assignment and hidden tests"],
  ["rubric", "Rubric"],
  ["recipe", "Recipe of the box"],
  ["proctor-recipe", "Recipe of the proctor"],
  ["engine", ""],
  ["findings", "Findings: what repeats when graded again"],
  ["report", "Report"],
];
const OUTCOMES = { PASSED: "all points", PARTIAL: "part of the points", FAILED: "no points" };
const DECIMAL = /^(0|[1-9][0-9]{0,11})(\.[0-9]{0,11}[1-9])?$/;
const SHORT_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,79}$/;
const URI = /^[a-z][a-z0-9+.-]*:[^\u0000-\u0020\u007f-\u00a0<>"{}|\\^`#]{1,400}$/;
const IDENTIFIER_TYPES = ["emailAddress", "userName", "systemId", "accountId", "sourcedId", "nationalIdentityNumber"];
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** The claim of a document without proofs. */
function claimOf(document) {
  let claim;
  try {
    claim = claimIn(document);
    if (canonical(documentOf(claim)) !== canonical(document)) throw new TypeError("another form");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refused("it is not in the form of this engine's certificates, so not all that is signed could be shown");
  }
  const wrong = faultsOf(claim);
  if (wrong.length) throw new Refused(`what it says does not fit together: ${wrong[0]}`);
  return claim;
}

/** What seems to be said, from the members that should be there. Raises TypeError where one is not. */
function claimIn(document) {
  const subject = document.credentialSubject;
  const { achievement } = subject;
  const [levels, points, ...criteria] = achievement.resultDescription;
  const [level, earned, ...results] = subject.result;
  const evidence = Object.fromEntries(document.evidence.map((one) => [one.genre, one]));
  const [name, identity] = subject.identifier;
  const status = document.credentialStatus;
  return {
    id: document.id,
    issuer: { did: document.issuer.id, name: document.issuer.name, url: document.issuer.url ?? "" },
    learner: { name: name.identityHash, hash: identity.identityHash, salt: identity.salt, type: identity.identityType },
    skill: {
      id: achievement.id,
      name: achievement.name,
      description: achievement.description,
      levels: levels.rubricCriterionLevel.map((one) => ({ id: one.id.slice(`${achievement.id}#level-`.length), name: one.name })),
      level: level.achievedLevel.slice(`${achievement.id}#level-`.length),
    },
    course: evidence.course.name,
    assignment: evidence.assignment.name,
    points: earned.value,
    possible: points.valueMax,
    passMark: points.requiredValue,
    criteria: criteria.map((one, at) => ({
      id: one.id.slice(one.id.indexOf("#criterion-") + "#criterion-".length),
      title: one.name,
      weight: one.valueMax,
      points: results[at].value,
      outcome: one.rubricCriterionLevel[0].name,
    })),
    digests: Object.fromEntries(EVIDENCE.map(([genre]) => [genre, evidence[genre].id.slice(`urn:grader:${genre}:`.length)])),
    packIsPublic: evidence.pack.audience === "public",
    engineVersion: evidence.engine.name.slice("grader ".length),
    knownExample: "description" in evidence.submission,
    awarded: document.awardedDate,
    validFrom: document.validFrom,
    validUntil: document.validUntil ?? "",
    status: status ? { list: status.statusListCredential, index: status.statusListIndex } : null,
  };
}

/** The document that says what a claim says. */
function documentOf(claim) {
  const demo = claim.issuer.name === "DEMO";
  return {
    "@context": CONTEXTS,
    id: claim.id,
    type: ["VerifiableCredential", "OpenBadgeCredential"],
    name: (demo ? "DEMO: " : "") + claim.skill.name,
    ...(demo ? { description: DEMO_SENTENCE } : {}),
    issuer: { id: claim.issuer.did, type: ["Profile"], name: claim.issuer.name, ...(claim.issuer.url ? { url: claim.issuer.url } : {}) },
    awardedDate: claim.awarded,
    validFrom: claim.validFrom,
    ...(claim.validUntil ? { validUntil: claim.validUntil } : {}),
    credentialSubject: {
      type: ["AchievementSubject"],
      identifier: [
        { type: "IdentityObject", hashed: false, identityHash: claim.learner.name, identityType: "name" },
        { type: "IdentityObject", hashed: true, identityHash: claim.learner.hash, identityType: claim.learner.type, salt: claim.learner.salt },
      ],
      achievement: achievementOf(claim),
      result: resultsOf(claim),
    },
    evidence: evidenceOf(claim),
    ...(claim.status ? { credentialStatus: statusOf(claim.status) } : {}),
  };
}

function achievementOf(claim) {
  const { skill } = claim;
  const rubric = `urn:grader:rubric:${claim.digests.rubric}`;
  return {
    id: skill.id,
    type: ["Achievement"],
    achievementType: "Competency",
    name: skill.name,
    description: skill.description,
    criteria: {
      narrative: `At least ${claim.passMark} of ${claim.possible} points in the assignment “${claim.assignment}”, by the criteria below, judged by tests that the learner's code could not see.`,
    },
    resultDescription: [
      {
        id: `${skill.id}#level`,
        type: ["ResultDescription"],
        name: "Level",
        resultType: "RubricCriterionLevel",
        rubricCriterionLevel: skill.levels.map((one) => ({ id: `${skill.id}#level-${one.id}`, type: ["RubricCriterionLevel"], name: one.name })),
      },
      { id: `${rubric}#points`, type: ["ResultDescription"], name: "Points", resultType: "RawScore", requiredValue: claim.passMark, valueMax: claim.possible, valueMin: "0" },
      ...claim.criteria.map((one) => ({
        id: `${rubric}#criterion-${one.id}`,
        type: ["ResultDescription"],
        name: one.title,
        resultType: "RubricCriterion",
        rubricCriterionLevel: [{ id: `${rubric}#criterion-${one.id}-${one.outcome}`, type: ["RubricCriterionLevel"], name: one.outcome }],
        valueMax: one.weight,
        valueMin: "0",
      })),
    ],
  };
}

function resultsOf(claim) {
  const { skill } = claim;
  const rubric = `urn:grader:rubric:${claim.digests.rubric}`;
  return [
    { type: ["Result"], resultDescription: `${skill.id}#level`, achievedLevel: `${skill.id}#level-${skill.level}` },
    { type: ["Result"], resultDescription: `${rubric}#points`, value: claim.points, status: "Completed" },
    ...claim.criteria.map((one) => ({
      type: ["Result"],
      resultDescription: `${rubric}#criterion-${one.id}`,
      achievedLevel: `${rubric}#criterion-${one.id}-${one.outcome}`,
      value: one.points,
    })),
  ];
}

function evidenceOf(claim) {
  const more = {
    submission: claim.knownExample ? { description: KNOWN_EXAMPLE } : {},
    pack: { audience: claim.packIsPublic ? "public" : "private" },
    engine: { name: `grader ${claim.engineVersion}` },
  };
  return [
    { type: ["Evidence"], genre: "course", name: claim.course },
    { type: ["Evidence"], genre: "assignment", name: claim.assignment },
    ...EVIDENCE.map(([genre, name]) => ({ id: `urn:grader:${genre}:${claim.digests[genre]}`, type: ["Evidence"], genre, name, ...more[genre] })),
  ];
}

function statusOf(status) {
  return {
    id: `${status.list}#${status.index}`,
    type: "BitstringStatusListEntry",
    statusListCredential: status.list,
    statusListIndex: status.index,
    statusPurpose: "revocation",
  };
}

/** Whether a value is text of this pattern; a number would pass for its own text. */
function fits(pattern, value) {
  return typeof value === "string" && pattern.test(value);
}

/** What is wrong with a claim, a sentence each; as in `grader/credential/claim_faults.py`. */
function faultsOf(claim) {
  const { skill, status, learner } = claim;
  const found = [];
  const lines = [claim.issuer.name, learner.name, skill.name, skill.description, claim.course, claim.assignment, claim.engineVersion];
  for (const line of [...lines, ...skill.levels.map((one) => one.name), ...claim.criteria.map((one) => one.title)]) {
    if (!fits(/\S/, line) || UNPRINTABLE.test(line)) found.push("a text is no line that can be shown");
  }
  const uris = [claim.id, skill.id, claim.issuer.did, ...(claim.issuer.url ? [claim.issuer.url] : []), ...(status ? [status.list] : [])];
  if (!uris.every((one) => fits(URI, one))) found.push("a name is no URI");
  const names = [claim.criteria, skill.levels].map((list) => list.map((one) => one.id));
  if (names.some((ids) => !ids.length || new Set(ids).size !== ids.length || !ids.every((id) => fits(SHORT_NAME, id)))) {
    found.push("criteria or levels have no names, or two of one name");
  }
  const numbers = [claim.points, claim.possible, claim.passMark, ...claim.criteria.flatMap((one) => [one.weight, one.points])];
  if (!numbers.every((one) => fits(DECIMAL, one))) return [...found, "points are not decimal numbers"];
  if (!Object.values(claim.digests).every((one) => fits(DIGEST, one))) found.push("a digest is none");
  if (!fits(/^sha256\$[0-9a-f]{64}$/, learner.hash) || !fits(/^([0-9a-f]{2}){16,}$/, learner.salt)) found.push("the learner's identity is no salted hash");
  if (!IDENTIFIER_TYPES.includes(learner.type)) found.push("what identifies the learner is of no known kind");
  if (!claim.criteria.every((one) => Object.hasOwn(OUTCOMES, one.outcome))) found.push("a criterion has no outcome that is known");
  if (!skill.levels.some((one) => one.id === skill.level)) found.push("its level is none of the skill's");
  if (claim.knownExample && claim.issuer.name !== "DEMO") found.push("a known example is certified by the DEMO issuer only");
  if (status && !fits(/^(0|[1-9][0-9]{0,8})$/, status.index)) found.push("its place in the status list is none");
  if (status && !/[/:]revocation$/.test(status.list)) found.push("its status list is not one of revocations");
  return [...found, ...wrongSums(claim)];
}

/** Decimal text as a whole number of millionths of a millionth. */
function exact(decimal) {
  const [whole, fraction = ""] = decimal.split(".");
  return BigInt(whole + fraction.padEnd(12, "0"));
}

function wrongSums(claim) {
  const allowed = exact("0.01") * BigInt(claim.criteria.length);
  const off = (values, total) => {
    const gap = values.reduce((sum, one) => sum + exact(one), 0n) - exact(total);
    return gap > allowed || -gap > allowed;
  };
  const found = [];
  if (off(claim.criteria.map((one) => one.weight), claim.possible)) found.push("the weights do not add up");
  if (off(claim.criteria.map((one) => one.points), claim.points)) found.push("the points do not add up");
  if (claim.criteria.some((one) => exact(one.points) > exact(one.weight))) found.push("a criterion earned more than it is worth");
  if (exact(claim.points) < exact(claim.passMark)) found.push("the points do not reach the pass mark");
  return found;
}
