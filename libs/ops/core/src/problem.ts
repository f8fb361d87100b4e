/**
 * Every way the gateway itself says no, with its HTTP status and the cure. Codes are the contract and never change;
 * refusals of the fleet keep the codes of the refusal catalogue.
 */
export const OPS_PROBLEMS = {
  auth_missing: [
    401,
    'This request is neither signed nor does it carry a bearer token',
    'Sign it: argosy sign METHOD PATH [BODY] prints the headers',
  ],
  auth_ambiguous: [401, 'A request is either signed or carries a bearer token', 'Send one of the two'],
  header_duplicated: [401, 'A header of the signature stands twice', 'Send each of them once'],
  api_key_missing: [401, 'X-API-KEY is missing', 'Send the id of your key'],
  api_key_malformed: [401, 'X-API-KEY is not a key id', 'Letters, digits, _ and -, 1 to 64 of them'],
  timestamp_missing: [401, 'X-TIMESTAMP is missing', 'Send milliseconds since 1970 UTC'],
  timestamp_malformed: [
    401,
    'X-TIMESTAMP is not a time in milliseconds',
    'Send milliseconds since 1970 UTC: 13 digits and nothing else',
  ],
  timestamp_in_seconds: [401, 'X-TIMESTAMP is in seconds', 'Send milliseconds since 1970 UTC: 13 digits'],
  timestamp_too_old: [401, 'X-TIMESTAMP is more than 5000 ms old', 'Sign again now; check the clock'],
  timestamp_in_future: [401, 'X-TIMESTAMP is 1000 ms or more ahead', 'Check the clock'],
  timestamp_unverifiable: [
    401,
    'X-TIMESTAMP is from before the gateway started to remember, so it could be a replay',
    'Sign again now',
  ],
  signature_missing: [401, 'X-SIGNATURE is missing', 'argosy sign METHOD PATH [BODY] prints the headers'],
  signature_malformed: [401, 'X-SIGNATURE is not 64 lower-case hex digits', 'HMAC-SHA256 in lower-case hex'],
  signature_invalid: [
    401,
    'Key and signature do not belong together',
    'Check key id, secret, method, path with query, and that the body is sent as it was signed',
  ],
  nonce_malformed: [401, 'X-NONCE is not a nonce', 'Letters, digits, _ and -, 1 to 128 of them'],
  nonce_reused: [401, 'This nonce has been used with this key', 'Use a new one for every request'],
  signature_reused: [
    401,
    'This signature has been used',
    'Sign every request by itself; add X-NONCE to send two alike in one millisecond',
  ],
  token_malformed: [401, 'Authorization is not a bearer token', 'Authorization: Bearer TOKEN'],
  token_unknown: [401, 'This token is not known', 'Ask for a new one'],
  role_not_allowed: [403, 'Your role may not do this', 'Ask somebody whose role may'],
  rate_limited: [429, 'Too many requests', 'Wait a second, then slow down'],
  nonce_memory_full: [429, 'Too many signed requests at once', 'Wait five seconds, then slow down'],
  route_unknown: [404, 'No such path', 'GET /api/docs lists them'],
  method_not_allowed: [405, 'This path does not answer this method', 'Use a method that the Allow header names'],
  path_malformed: [
    400,
    'The path holds characters that no path of ours has',
    'Send it as documented: letters, digits, _ - . and /, nothing percent-encoded',
  ],
  path_too_long: [400, 'The path with its query is too long', 'At most 2048 characters'],
  query_malformed: [400, 'The query cannot be read', 'name=value pairs joined by &, in UTF-8'],
  query_duplicated: [400, 'A query parameter stands twice', 'Send each once'],
  query_unknown: [400, 'This path does not know this query parameter', 'Leave it out'],
  request_malformed: [400, 'This is not an HTTP request as we read it', 'Use an HTTP client'],
  request_timeout: [408, 'The request took too long to arrive', 'Send it whole, at once'],
  headers_too_large: [431, 'The headers are too large', 'At most 16 kB'],
  headers_too_many: [400, 'Too many headers', 'At most 64'],
  body_too_large: [413, 'The body is too large', 'At most 65536 bytes'],
  body_not_allowed: [400, 'GET and HEAD have no body', 'Leave it out'],
  body_compressed: [415, 'Compressed bodies are not read', 'Send it without Content-Encoding'],
  body_charset: [415, 'The body is not in UTF-8', 'Send UTF-8'],
  body_encoding: [400, 'The body is not valid UTF-8 text without a byte-order mark', 'Send UTF-8'],
  json_malformed: [400, 'The body is not JSON', 'Send one JSON object'],
  json_too_deep: [400, 'The body is nested too deep', 'Flatten it'],
  json_too_many_values: [400, 'The body holds too many values', 'Send less'],
  json_duplicate_key: [400, 'A key of the body stands twice', 'Keep one of them'],
  json_forbidden_key: [400, 'The body holds a key that is never allowed', 'Remove it'],
  json_number: [400, 'The body holds a number that does not survive a float', 'Send it as text'],
  json_text: [
    400,
    'The body holds text that is not printable Unicode',
    'Remove control characters and lone surrogates',
  ],
  invalid_request: [400, 'A field is missing, unknown or malformed', 'Correct the field named'],
  id_malformed: [400, 'The id in the path is none', 'Send the id as the list shows it'],
  exchange_unknown: [404, 'No such exchange', 'GET /api/v1/status lists them'],
  exchange_switch_unavailable: [
    409,
    'This release cannot switch an exchange on or off while it runs',
    'Stop its strategies and cancel its orders; take it out of the configuration and restart',
  ],
  approval_needed: [
    202,
    'A second person has to approve this request',
    'Another risk officer or admin: argosy resume --approve REQUEST_ID "reason", or POST /api/v1/killswitch/resume/approve {"request_id", "reason"}',
  ],
  approval_unknown: [
    409,
    'No such request to resume waits: it was used, has expired, or a kill came after it',
    'Ask anew: argosy resume "reason"',
  ],
  approval_own: [409, 'Whoever asked for it cannot approve it', 'Another risk officer or admin approves it'],
  kill_not_confirmed: [
    503,
    'Neither execution nor risk confirmed the kill',
    'Repeat it now; send SIGUSR2 to execution and risk; cancel at the exchange',
  ],
  kill_came_first: [
    409,
    'A kill came while this was being done, and a kill wins',
    'Find out who killed and why, then ask again',
  ],
  kill_file_present: [
    409,
    'The kill file is there, and while it is nothing resumes',
    'Remove the file named, then ask again; removing it alone resumes nothing',
  ],
  kill_file_unreadable: [
    409,
    'Whether there is a kill file cannot be told, so trading stays disabled',
    'Make the folder named readable, then ask again',
  ],
  resume_incomplete: [
    503,
    'The kill is lifted in part only, so the fleet stays shut',
    'Repeat it when the service named answers',
  ],
  audit_unavailable: [
    503,
    'The audit log cannot be written, so nothing that adds risk is done',
    'Restore Postgres; kill, cancel and stop still work',
  ],
  service_unavailable: [503, 'A service of the fleet does not answer', 'See GET /api/v1/status; try again'],
  outcome_unknown: [
    503,
    'The service did not answer in time: the command may or may not have been done',
    'Read the present state before trying again',
  ],
  too_many_streams: [429, 'Too many streams are open', 'Close one'],
  standby: [503, 'This gateway stands by; another one leads', 'Ask the leader: the port that people use is its own'],
  not_ready: [503, 'The gateway is starting', 'Wait for GET /health/ready'],
  internal_error: [500, 'The gateway failed', 'See its log'],
} as const satisfies Record<string, readonly [status: number, message: string, fix: string]>;
export type OpsProblemCode = keyof typeof OPS_PROBLEMS;

/** A no of the gateway. */
export interface OpsProblem {
  readonly code: OpsProblemCode;
  readonly details: Readonly<Record<string, string>>;
}

export const problem = (code: OpsProblemCode, details: Readonly<Record<string, string>> = {}): OpsProblem => ({
  code,
  details,
});
export const statusOfProblem = (code: OpsProblemCode): number => OPS_PROBLEMS[code][0];
