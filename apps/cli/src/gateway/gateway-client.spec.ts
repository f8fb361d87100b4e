import { Fault } from '@argosy/domain';
import { HttpClient, type HttpRequest, type HttpResponse } from '@argosy/platform-port';
import { fakeShell } from '../testing/fake-shell.js';
import { GatewayClient } from './gateway-client.js';

class OneAnswer extends HttpClient {
  readonly asked: HttpRequest[] = [];
  constructor(private readonly answer: () => HttpResponse) {
    super();
  }
  override async request(request: HttpRequest): Promise<HttpResponse> {
    this.asked.push(request);
    return this.answer();
  }
}

const client = (answer: () => HttpResponse): { gateway: GatewayClient; http: OneAnswer } => {
  const http = new OneAnswer(answer);
  const { clock, random } = fakeShell();
  return {
    http,
    gateway: new GatewayClient({ url: 'http://h:1', key: { keyId: 'k', secret: 'x' } }, { http, clock, random }),
  };
};
const answer = (status: number, body: unknown) => (): HttpResponse => ({
  status,
  headers: {},
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const problem = {
  error: {
    code: 'kill_switch_active',
    message: 'The kill switch is latched',
    details: { by: 'ann' },
    fix: 'Resume first',
  },
};

describe('asking the gateway', () => {
  it('signs what it sends', async () => {
    const { gateway, http } = client(answer(200, { ok: true }));
    expect(await gateway.send('POST', '/api/v1/config', { trading_enabled: true })).toEqual({ ok: true });
    expect(http.asked[0]).toMatchObject({
      url: 'http://h:1/api/v1/config',
      body: '{"trading_enabled":true}',
      headers: { 'X-API-KEY': 'k' },
    });
  });

  const noes: ReadonlyArray<[string, () => HttpResponse, object]> = [
    [
      'a refusal, with its code and cure',
      answer(409, problem),
      { exitCode: 3, code: 'kill_switch_active', fix: 'Resume first' },
    ],
    ['a service that is away', answer(503, problem), { exitCode: 4 }],
    ['a page that is none of ours', answer(404, '<html>'), { exitCode: 3 }],
    [
      'silence',
      () => {
        throw new Fault('VENUE_UNAVAILABLE', 'refused');
      },
      { exitCode: 4, code: 'GATEWAY_UNREACHABLE' },
    ],
  ];
  it.each(noes)('tells of %s', async (_what, reply, expected) => {
    await expect(client(reply).gateway.get('/api/v1/status')).rejects.toMatchObject(expected);
  });
});
