/**
 * What has gone wrong in other trading systems, told in our own words, and what happens here instead. Each story is proven
 * by at least one test whose title begins `known failure: <story>`; the page and its check find them.
 *
 * @typedef {object} KnownFailure
 * @property {string} story
 * @property {string} elsewhere What happened in other systems.
 * @property {string} here What this one does.
 * @property {readonly string[]} keeps The invariants at stake.
 */

/** @type {readonly KnownFailure[]} */
export const KNOWN_FAILURES = [
  {
    story: 'reconciliation that fabricates an opposite fill on warm restart',
    elsewhere:
      'On a restart the position that the venue states differs from the one that fills add up to, because the statement is ' +
      'late or wrong. A fill is made up to explain the difference; it books a trade that never was, and the next statement ' +
      'asks for its opposite.',
    here:
      'Only a fill that the venue names is a fill. A difference is written into the reconciliation report, told, and after ' +
      'three equal looks freezes the instrument for anything but reductions; it thaws when the two agree again.',
    keeps: ['I-26', 'I-29'],
  },
  {
    story: 'working orders dropped when fills do not rebuild the position',
    elsewhere:
      'Reconciliation gives an instrument up because its fills do not lead to its position, and with it the open orders ' +
      'found there. They go on resting at the venue, and nobody watches or cancels them.',
    here:
      'Orders, fills and positions are reconciled one beside the other. An order that is open stays open, counts in exposure ' +
      'and can be cancelled, whatever the positions say.',
    keeps: ['I-18', 'I-25', 'I-29'],
  },
  {
    story: 'replayed fills with new ids on each run',
    elsewhere:
      'Fills read back at a start get ids drawn at random, or counted from the start. The next run takes the same fills for ' +
      'new ones and books them again.',
    here:
      'A fill’s id is what the venue says of it (account, coin, time, trade id and side), the same by stream, by question and ' +
      'in every process. Ids are kept in the journal; ten runs end with the same books and the same report, byte for byte.',
    keeps: ['I-26', 'I-31', 'I-32'],
  },
  {
    story: 'a position older than the venue’s fill window',
    elsewhere:
      'Venues serve the fills of some days, or the last few thousand. A position that is older cannot be rebuilt from them: ' +
      'it is taken for flat, or for as much as the window happens to hold.',
    here:
      'What an account holds when its books begin is the opening position, stored once with its moment. Fills before it are in ' +
      'it already; later ones are ours to keep, and no start needs the venue to serve them again.',
    keeps: ['I-26', 'I-29'],
  },
  {
    story: 'an unanswered cancel declared cancelled',
    elsewhere:
      'A cancel times out, or is answered with "unknown order", and the order is marked as cancelled. It lives, and fills ' +
      'after its exposure was given away.',
    here:
      'The order stays `cancel_pending` with its full exposure, over restarts too. It is asked about until the venue says ' +
      'that it ended or that it works; "not found" is no end.',
    keeps: ['I-18', 'I-24', 'I-27'],
  },
  {
    story: 'cancel-replace venue losing the old order',
    elsewhere:
      'One request replaces an order by another. The venue takes the new one and keeps the old, or the answer is lost; the ' +
      'system knows one order where two rest.',
    here:
      'No request of ours replaces: a cancel and an order are two orders’ affairs, each with its own id and exposure. The ' +
      'market maker asks for a new quote on a side only when the old one is proven gone, and repeats its cancel until then.',
    keeps: ['I-18', 'I-28'],
  },
  {
    story: 'a replay that doubles child fills',
    elsewhere:
      'An order fills in many pieces. After a reconnection or a restart the history is replayed through the code that ' +
      'handled it live, and the pieces add up to twice the order.',
    here:
      'A piece is known by its id in memory, in the journal and in the ledger, each of which takes it once. Replays may come ' +
      'whole, doubled and backwards.',
    keeps: ['I-25', 'I-26', 'I-43'],
  },
  {
    story: 'a silently stale book on a live socket',
    elsewhere:
      'The socket is open and answers pings, other channels go on, and one book has stopped. Orders are priced by it for hours.',
    here:
      'Freshness is judged for each book, by receive time and by the venue’s own time. A stale one is marked so, strategies ' +
      'take their quotes back, and risk refuses orders by it.',
    keeps: ['I-30'],
  },
  {
    story: 'fills lost while heartbeats flow',
    elsewhere:
      'The private stream is connected and its heartbeats are answered, but fills are not delivered on it. ' +
      'Nothing looks wrong until the position is compared by hand.',
    here:
      'The stream is a hint, the question is the proof: fills are read every sweep (five seconds), with overlap and from the ' +
      'last sweep that came through on, whatever the stream says, and again with each reconnection.',
    keeps: ['I-26', 'I-29'],
  },
  {
    story: 'a create that times out and lives',
    elsewhere:
      'An order is not answered in time, is taken for failed, and is sent again. Both live; or the question "where is it" is ' +
      'answered "nowhere" some seconds too early, and the order fills as nobody’s.',
    here:
      'It is `in_doubt` with its full exposure, is never sent again, and blocks its own strategy and instrument. It is ' +
      'settled by the venue’s word; "not found" counts only after the request has expired and the visibility lag has passed, ' +
      'twice, or after its nonce is burnt.',
    keeps: ['I-06', 'I-18', 'I-27', 'I-28'],
  },
  {
    story: 'a kill switch cancelled by its own loop',
    elsewhere:
      'The emergency stop ends all tasks and itself among them, or waits for the first cancel that hangs, or begins anew ' +
      'with each alert that repeats it. Orders stay at the venue while the log says stopped.',
    here:
      'The gate is shut and every cancel has left before anything is awaited. A timer of its own sweeps up what did not end; ' +
      'killing again changes nothing; the latch is durable, and a next process goes on until the receipt is complete.',
    keeps: ['I-11', 'I-12', 'I-16'],
  },
  {
    story: 'two strategies on one account mistaking each other’s orders',
    elsewhere:
      'Two strategies trade one account. One takes the open orders that it finds for its own, and cancels or counts the ' +
      'fills of the other.',
    here:
      'Every order carries its strategy from the intent on. A strategy is told of its own orders and fills alone, and one ' +
      'that names an order of another is stopped with an error; the other goes on.',
    keeps: ['I-25'],
  },
  {
    story: 'recovery attaching the previous trade’s stop',
    elsewhere:
      'After a restart the open position is paired with a stop order by symbol and side, and gets the one of the trade ' +
      'before: at a price that no longer fits, or already gone.',
    here:
      'Orders are never paired by what they look like. A strategy starts with exactly its own orders that are open now, by ' +
      'id; the late end of an old one is told under its own id.',
    keeps: ['I-24', 'I-25'],
  },
  {
    story: 'a fill whose database insert fails',
    elsewhere:
      'The insert of a fill fails; the error is logged and the handler goes on. Memory and database differ from then on, and ' +
      'the next start believes the database.',
    here:
      'Nothing is skipped: the same batch is offered until the journal takes it, idempotent where only the answer was lost; ' +
      'meanwhile no order is taken on and nothing is told that is not durable. If the process ends first, the next one reads ' +
      'the fill from the venue. The ledger asks for an event again until it is booked.',
    keeps: ['I-26', 'I-37', 'I-43', 'I-44'],
  },
  {
    story: 'a manual close at the venue never seen',
    elsewhere:
      'Somebody closes the position on the venue’s own page. The system listens for its own orders only, goes on holding what ' +
      'is gone, and later sells it once more.',
    here:
      'A fill of nobody’s order is money all the same: it is booked as external, and the position moves. Where the fill is not ' +
      'served, the difference freezes the instrument and is told; no trade is invented and none is sent.',
    keeps: ['I-25', 'I-29'],
  },
  {
    story: 'another instance with the same key',
    elsewhere:
      'A second copy runs with the same key: a forgotten container, a colleague’s test, both sides of a deployment. Each ' +
      'trades on a position that the other changes.',
    here:
      'Ids say who minted them. One that this process did not mint, of its own epoch, another fleet or another account of ' +
      'ours, halts the account at once and is told: ours are pulled, the stranger’s is left alone. One of a later epoch is a ' +
      'newer leader, and this process leaves.',
    keeps: ['I-02', 'I-07', 'I-09'],
  },
  {
    story: 'nonce collisions of parallel orders',
    elsewhere:
      'The nonce is the clock in milliseconds. Two orders of one moment get the same one; the second is refused, or worse, ' +
      'is taken for a repeat of the first.',
    here:
      'Nonces rise strictly from the highest that is stored, whatever the clock does, and each epoch has a range of its own. ' +
      'The journal refuses one that was used.',
    keeps: ['I-07'],
  },
  {
    story: 'negative fees counted twice',
    elsewhere:
      'A maker’s rebate comes as a negative fee. It is added to the profit as income and subtracted from it as a fee, or is in ' +
      'the venue’s profit already; equity drifts with every fill.',
    here:
      'A fill’s fee is one pair of postings: a fee, or a rebate. The venue’s own profit figure is never booked, and the cash ' +
      'that the venue states is compared with the books exactly.',
    keeps: ['I-33', 'I-37', 'I-38'],
  },
  {
    story: 'funding counted twice',
    elsewhere:
      'Funding is told by two streams and by history, or is computed locally and then received. Each way books it.',
    here:
      'Only the venue’s own payments are booked, each under the venue’s name for it: once in the adapter, once in the journal, ' +
      'once in the ledger. The same name with another amount is refused and told.',
    keeps: ['I-37', 'I-38'],
  },
  {
    story: 'memory growth from order-book gaps',
    elsewhere:
      'Updates are buffered until a snapshot fits. With gaps that never close, or snapshots that never come, the buffer grows ' +
      'until the process is killed.',
    here:
      'The buffer has a limit with a name. A gap or a full buffer ends the book, empties it and begins again; the book is ' +
      'invalid meanwhile and nothing is priced by it.',
    keeps: ['I-30', 'I-57'],
  },
];
